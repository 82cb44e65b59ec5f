/**
 * Where the verdicts on ancestry turn, calibrated on pairs of known ancestry: see docs/ancestry.md. `npm run bench -- ancestry`
 * compares candidates on one half of the pairs and measures the errors on the other.
 */
export interface AncestryThresholds {
  /** A tensor is related from this many standard deviations on. */
  readonly related: number;
  /** And unrelated up to this many; in between it is unclear. */
  readonly unrelated: number;
  /** Tensors that could not reach this many standard deviations if they were equal are set aside. */
  readonly reach: number;
  /** Share of the judged tensors that are related, from which on a pair has the same ancestor. */
  readonly same: number;
  /** And up to which it has different ones; in between the verdict is unsure. */
  readonly different: number;
}

export const THRESHOLDS: AncestryThresholds = { related: 4, unrelated: 3, reach: 10, same: 0.5, different: 0.2 };
