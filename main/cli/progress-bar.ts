import type { Progress } from '../progress.ts';
import { TerminalProgress } from './terminal-progress.ts';

/** Where there is no terminal, a line at each new stage and then at most this often. */
const MILLISECONDS_BETWEEN_LINES = 30_000;

/** Progress of long work on standard error: a bar with the time left on a terminal, now and then a line elsewhere. */
export class ProgressBar {
  readonly #bar: TerminalProgress;
  readonly #sparse: boolean;
  #stage = '';
  #writtenAt = 0;

  /** @param wanted false to say nothing at all (`--json`) */
  constructor(wanted: boolean) {
    this.#bar = new TerminalProgress(wanted);
    this.#sparse = wanted && !process.stderr.isTTY;
  }

  readonly show = (progress: Progress): void => {
    this.#bar.show(progress);
    if (!this.#sparse) return;
    const { stage, done, total, unit } = progress;
    const now = performance.now();
    const isNew = stage !== this.#stage;
    if (!isNew && now - this.#writtenAt < MILLISECONDS_BETWEEN_LINES) return;
    this.#stage = stage;
    this.#writtenAt = now;
    const share = isNew || total === 0 ? '' : `, ${Math.floor((100 * done) / total)} % done`;
    process.stderr.write(`${stage}: ${total} ${unit}${share}\n`);
  };

  /** Removes the bar, so that something else can be written. */
  clear(): void {
    this.#bar.end();
  }
}
