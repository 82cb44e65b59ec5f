import type { z } from 'zod';

/** An ingredient as a recipe sees it. */
export interface RecipeIngredient {
  readonly id: string;
  readonly name: string;
}

/** A score on the selection split. */
export interface SelectionScore {
  /** Correct predictions, and of how many. */
  readonly correct: number;
  readonly total: number;
  /** correct / total */
  readonly accuracy: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** What decided, where that was not the accuracy: a metric of the registry, and its value; null where it has no figure. */
  readonly decisive?: { readonly metric: string; readonly value: number | null };
}

/** A score as an oracle answers it: with the figures of every metric, by its id; null where it has none. */
export interface MeasuredScore extends SelectionScore {
  readonly figures: Readonly<Record<string, number | null>>;
}

/** One weight per (tensor group, ingredient): what a linear recipe comes to. Plain data. */
export interface Coefficients {
  readonly groups: readonly {
    readonly name: string;
    readonly tensors: readonly string[] | 'rest';
    readonly weights: readonly number[];
  }[];
}

/** What a recipe may ask while it cooks. It never sees a test split. */
export interface CookContext {
  readonly ingredients: readonly RecipeIngredient[];
  /** Scores mixtures on the selection split; absent when the run has none. Repeated questions cost nothing. */
  readonly selection: SelectionOracle | undefined;
  readonly signal: AbortSignal;
}

export interface SelectionOracle {
  /** The score of a mixture (of a single ingredient: weight one on it, zero elsewhere). */
  score(coefficients: Coefficients): Promise<MeasuredScore>;
  /** Scores of several mixtures, in the order given; engines share the work where there are several. */
  scoreAll(candidates: readonly Coefficients[]): Promise<readonly MeasuredScore[]>;
}

/** One step of a recipe, kept with the run and shown as it happens. */
export type TraceStep =
  | { readonly kind: 'ingredient-scored'; readonly ingredient: string; readonly score: SelectionScore }
  | { readonly kind: 'started'; readonly ingredient: string; readonly score: SelectionScore }
  | {
      readonly kind: 'candidate-scored';
      readonly round: number;
      readonly ingredient: string;
      readonly score: SelectionScore;
    }
  | { readonly kind: 'accepted'; readonly round: number; readonly ingredient: string; readonly score: SelectionScore }
  | { readonly kind: 'rejected'; readonly round: number; readonly ingredient: string; readonly score: SelectionScore }
  | { readonly kind: 'stopped'; readonly reason: string };

export interface CookOutcome {
  readonly coefficients: Coefficients;
  /** Ids of the ingredients with a non-zero weight, in the order in which they were taken. */
  readonly used: readonly string[];
  /** One sentence for people on how it ended. */
  readonly summary: string;
}

/** What a recipe needs beside ingredients. */
interface RecipeNeeds {
  readonly selection: boolean;
  readonly minimumIngredients: number;
}

/** How much a recipe will try, as far as that can be told before it has scores. */
interface MixtureCount {
  readonly least: number;
  readonly most: number;
}

/** A recipe: arithmetic and decisions, apart from any runtime, database or page. */
export interface Recipe<Options = unknown> {
  /** The word in recipe files: `greedy`. */
  readonly name: string;
  readonly title: string;
  /** A sentence or two for a user who has to choose. */
  readonly description: string;
  /** Paper and section, or other source. */
  readonly source: string;
  readonly needs: RecipeNeeds;
  /** Defaults included; descriptions on every field (forms and help are made from it). */
  readonly options: z.ZodType<Options>;
  /**
   * What the options' types can't say of options and ingredients together; asked before any work starts.
   * @throws StockpotError `recipe/…`
   */
  check?(options: Options, ingredientCount: number): void;
  /** How many mixtures of several ingredients it will score on the selection split; singles are not counted. */
  mixtures(ingredientCount: number, options: Options): MixtureCount;
  cook(context: CookContext, options: Options): AsyncGenerator<TraceStep, CookOutcome>;
}
