import type { OnProgress } from '../../../progress.ts';

/** What became of one accelerator. */
export type StepOutcome =
  /** It was there already. */
  | { readonly kind: 'present'; readonly what: string }
  | { readonly kind: 'installed'; readonly what: string }
  /** This machine has no use for it, or there is none for it. */
  | { readonly kind: 'not-applicable'; readonly what: string }
  | { readonly kind: 'failed'; readonly what: string; readonly details: readonly string[]; readonly remedy: string };

export interface StepOptions {
  readonly nvidia: boolean;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}
