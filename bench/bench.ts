/** What a benchmark is given. */
export interface BenchContext {
  /** A Python that has the peers (PyTorch, mergekit, …) installed; without it only Stockpot is measured. */
  readonly peers: string | undefined;
  /** How often each thing is measured; peers alternate, medians count. */
  readonly repeats: number;
  /** How many files to fuzz; the benchmark's own number when absent. */
  readonly files?: number | undefined;
  /** Size of generated inputs, of the full size; 1 when absent. */
  readonly scale?: number | undefined;
  /** Scratch space, removed afterwards. */
  readonly folder: string;
  /** Where things that take long to make are kept from run to run; scratch space when left out. */
  readonly keep: string | undefined;
  /** Labelled data that does not come with Stockpot: one folder a set. */
  readonly data: string | undefined;
  /** Says what is going on, for whoever waits. */
  readonly log: (line: string) => void;
}

export interface BenchTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A figure with a limit. */
export interface BenchTarget {
  readonly name: string;
  readonly measured: number;
  readonly limit: number;
  /** `ratio`, `s`, … */
  readonly unit: string;
}

export interface BenchReport {
  readonly title: string;
  readonly tables: readonly BenchTable[];
  /** Each is met when `measured` ≤ `limit`. */
  readonly targets: readonly BenchTarget[];
  readonly notes: readonly string[];
  /** Everything measured, for programs; written to a JSON file. */
  readonly data?: unknown;
}

/** `bench/<name>.ts` exports this as `bench`. */
export type Bench = (context: BenchContext) => Promise<BenchReport>;
