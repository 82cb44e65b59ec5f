import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Stockpot's own version. */
export function stockpotVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}

export interface Machine {
  readonly system: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    system: `${process.platform}-${process.arch}`,
    node: process.version,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  };
}
