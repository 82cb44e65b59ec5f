import { join } from 'node:path';

/** Set by the build: true in a test build only, so that a release holds nothing of what follows from it. */
declare const STOCKPOT_TEST_BUILD: boolean;

export interface Entry {
  readonly module: string;
  readonly arguments: readonly string[];
}

/** What `utilityProcess.fork` is given for one of the application's own processes. */
export function entryOf(name: 'backend' | 'engine'): Entry {
  const module = join(__dirname, '..', 'backend', `${name}.js`);
  if (STOCKPOT_TEST_BUILD) {
    const relay = process.env.STOCKPOT_TEST_RELAY;
    if (relay !== undefined) return { module: relay, arguments: [module] };
  }
  return { module, arguments: [] };
}
