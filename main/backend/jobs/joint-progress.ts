import type { OnProgress, Progress } from '../../progress.ts';

/** Adds up the progress of parts that run side by side. Each part's own unit and total are taken as shares of its `size`. */
export class JointProgress {
  readonly #stage: string;
  readonly #unit: string;
  readonly #sizes: readonly number[];
  readonly #done: number[];
  readonly #report: OnProgress | undefined;

  constructor(stage: string, unit: string, sizes: readonly number[], report: OnProgress | undefined) {
    this.#stage = stage;
    this.#unit = unit;
    this.#sizes = sizes;
    this.#done = sizes.map(() => 0);
    this.#report = report;
  }

  /** What to hand to part number `index` as its own `onProgress`. */
  part(index: number): OnProgress {
    return ({ done, total }: Progress) => this.#set(index, total > 0 ? (done / total) * this.#sizes[index]! : 0);
  }

  finish(index: number): void {
    this.#set(index, this.#sizes[index]!);
  }

  #set(index: number, done: number): void {
    this.#done[index] = Math.max(this.#done[index]!, done);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    this.#report?.({
      stage: this.#stage,
      unit: this.#unit,
      done: Math.round(sum(this.#done)),
      total: sum(this.#sizes),
    });
  }
}
