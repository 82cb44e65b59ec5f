import { openRuntime, openTfjsRuntime } from '../../runtimes/devices.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import type { TfjsRuntime } from '../../runtimes/tfjs/tfjs-runtime.ts';
import type { RuntimeChoice } from '../protocol.ts';

const opened = new Map<string, Promise<Runtime>>();

/**
 * The runtime of a choice, opened once and kept for the life of the engine.
 * @throws StockpotError as `openRuntime`
 */
export function runtimeFor(choice: RuntimeChoice): Promise<Runtime> {
  const key = `${choice.runtime} ${choice.device}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const opening = openRuntime(choice, { threads: threads() });
  opened.set(key, opening);
  // What was missing may be there at the next attempt.
  opening.catch(() => opened.delete(key));
  return opening;
}

/** As `openTfjsRuntime`, kept like the others: a backend is loaded once in a process anyway. */
export function trainingRuntimeFor(device: string): Promise<TfjsRuntime> {
  return openTfjsRuntime(device);
}

/** The share of the cores that the pool gives this engine. */
function threads(): number {
  return Math.max(1, Number(process.env.STOCKPOT_THREADS ?? 1));
}
