import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { ResultKind } from '../../../db/repositories/runs.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { RuntimeChoice } from '../../engine/protocol.ts';
import type { Mixture } from '../../mix/mixture.ts';
import type { Progress } from '../../progress.ts';
import type { BatchNormChoice } from '../../recipes/batch-norm.ts';
import type { CookOutcome, TraceStep } from '../../recipes/recipe.ts';
import type { Scope } from '../../recipes/scope.ts';
import type { PreparedSplit } from '../datasets/service.ts';

/** Everything a run needs, prepared. */
export interface CookRequest {
  readonly projectId: number;
  readonly recipe: string;
  /** As a user writes them; the recipe fills in its defaults. */
  readonly options: unknown;
  /** Which tensors are mixed; all when absent. */
  readonly scope?: Scope | undefined;
  readonly architecture: ArchitectureSpec;
  /** The names, all different, are what tables call them. */
  readonly ingredients: readonly { readonly ingredient: Ingredient; readonly name: string }[];
  /** Its inputs are what BatchNorm's statistics are estimated on; scores never come from it. */
  readonly train?: PreparedSplit;
  readonly selection?: PreparedSplit;
  readonly tests: readonly PreparedSplit[];
  readonly runtime: RuntimeChoice;
  readonly seed: number;
  readonly accumulate: Mixture['accumulate'];
  readonly dtype: Mixture['dtype'];
  /** Mixed like every tensor when absent. */
  readonly batchNorm?: BatchNormChoice;
  /** Give back a finished run of the very same content instead of cooking it once more. */
  readonly reuseFinished?: boolean;
}

/** What happens while a run cooks, in order. */
export type CookEvent =
  /** `resumed`: an earlier attempt did not finish; what it had computed is used. */
  | { readonly kind: 'run'; readonly runId: number; readonly resumed: boolean }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** What a user should know of an ingredient or a split, by its name, although it can be used. */
  | { readonly kind: 'remark'; readonly about: string; readonly remark: string }
  /** Ingredients are named by their ids in the run: their names. */
  | { readonly kind: 'trace'; readonly step: TraceStep }
  | { readonly kind: 'soup'; readonly outcome: CookOutcome }
  | {
      readonly kind: 'evaluated';
      readonly row: { readonly kind: ResultKind; readonly label: string };
      readonly split: string;
      readonly evaluation: Evaluation;
    };
