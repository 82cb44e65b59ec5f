import type { Progress } from '../progress.ts';

/** Work that ends sooner shows nothing. */
const QUIET_MS = 400;
const REDRAW_MS = 100;
const BAR_WIDTH = 24;

/** One line on standard error that follows long work: stage, bar, share, latest figures and time left. Only on a terminal. */
export class TerminalProgress {
  readonly #started = performance.now();
  readonly #enabled: boolean;
  #stage = '';
  #stageStarted = performance.now();
  #drawnAt = 0;
  #visible = false;

  /** @param wanted false to stay silent even on a terminal */
  constructor(wanted: boolean) {
    this.#enabled = wanted && process.stderr.isTTY;
  }

  readonly show = (progress: Progress): void => {
    if (!this.#enabled) return;
    const now = performance.now();
    if (progress.stage !== this.#stage) {
      this.#stage = progress.stage;
      this.#stageStarted = now;
    }
    if (now - this.#started < QUIET_MS || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#visible = true;
    const columns = process.stderr.columns || 80;
    process.stderr.write(`\r\x1b[K${describe(progress, now - this.#stageStarted).slice(0, columns - 1)}`);
  };

  /** Removes the line. */
  end(): void {
    if (this.#visible) process.stderr.write('\r\x1b[K');
    this.#visible = false;
  }
}

function describe(progress: Progress, elapsedMs: number): string {
  const { stage, done, total, figures } = progress;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const filled = Math.round(share * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const left = share > 0 && share < 1 ? `, ${duration((elapsedMs / share) * (1 - share))} left` : '';
  const latest = Object.entries(figures ?? {}).map(([name, value]) => `, ${name} ${Number(value.toPrecision(4))}`);
  return `${stage} ${bar} ${Math.floor(share * 100)} %${latest.join('')}${left}`;
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
