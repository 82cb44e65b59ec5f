/** Progress of long work. `done` and `total` count the same unit; `total` may grow when the work turns out larger. */
export interface Progress {
  /** What is being done, for people: `Training ingredient 2 of 5`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** `images`, `bytes`, `candidates`, … */
  readonly unit: string;
  /** The same of all stages together, as far as that can be told; `atMost`: the total is a bound. */
  readonly whole?: { readonly done: number; readonly total: number; readonly atMost: boolean };
  /** Latest figures worth showing, such as `{ loss: 0.12, accuracy: 0.97 }`. */
  readonly figures?: Readonly<Record<string, number>>;
}

export type OnProgress = (progress: Progress) => void;
