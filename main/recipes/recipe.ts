import type { z } from 'zod';
import type { Granularity, LayerGroup } from '../architectures/layer-groups.ts';
import type { Arrangement } from '../mix/arrangement.ts';
import type { Blend, BlendInput } from '../mix/blend.ts';

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

/** What is known of a candidate that was given up before it had seen all of the selection split, because it could no longer win. */
export interface PartialScore {
  /** Samples that it was run on. */
  readonly seen: number;
  /** Samples of the selection split. */
  readonly total: number;
  /** As many correct predictions as it could still have come to: an accuracy it has none. */
  readonly atMost: number;
}

/** Of something that was tried: in whole, or as far as it went. */
export type TriedScore = SelectionScore | PartialScore;

/** A score as an oracle answers it: with the figures of every metric, by its id; null where it has none. */
export interface MeasuredScore extends SelectionScore {
  readonly figures: Readonly<Record<string, number | null>>;
}

/**
 * What a recipe comes to: for a linear one, one weight per (tensor group, ingredient); for others, the method of each group with its
 * parameters as well. Plain data.
 */
export type Coefficients = Blend;

/** What there is to cook with, as far as it can be told without reading a value. */
export interface Larder {
  readonly ingredients: readonly RecipeIngredient[];
  /** Names of all tensors, in the first ingredient's order. */
  readonly tensors: readonly string[];
  /** Whether there is a selection split. */
  readonly hasSelection: boolean;
  /** Whether there is a train split. */
  readonly hasTrain?: boolean;
  /** Splits that mixtures of the ingredients can be learned from; none where models come out of a step before. */
  readonly learnsFrom: readonly LearningSplit[];
  /**
   * The tensors in groups, in the order of the network.
   * @throws StockpotError `recipe/no-graph` for groups by kind where there are files alone
   */
  layerGroups(granularity: Granularity): readonly LayerGroup[];
  /** Nothing but files is known of the network, so that its layers are in no order but that of the file. */
  readonly hasFilesAlone?: boolean;
}

/** Finds the order of channels in which models come closest to another. */
export interface Aligner {
  /** @returns one arrangement for each of the others @throws StockpotError `alignment/…` */
  align(request: {
    readonly reference: BlendInput;
    readonly others: readonly BlendInput[];
    readonly to: 'reference' | 'mean';
    readonly statistics: boolean;
    readonly seed: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Arrangement[]>;
}

/** The inner products of several vectors, from 0 on, with each other. */
export type Products = (i: number, j: number) => number;

/** What can be told of models by reading their weights, without data. */
export interface WeightFacts {
  /** Models that share an ancestor, directly or through others, as indices: the larger groups first. @throws StockpotError as the files' readers */
  families(models: readonly BlendInput[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
  /** For each floating-point tensor ⟨θᵢ − θ₀, θⱼ − θ₀⟩, in double precision. @throws StockpotError as the files' readers */
  changeProducts(
    base: BlendInput,
    models: readonly BlendInput[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Products>>;
}

/** What a recipe may ask while it cooks. It never sees a test split. */
export interface CookContext extends Larder {
  readonly aligner: Aligner;
  readonly weights: WeightFacts;
  /** Where each ingredient is to be found by `weights`; the ingredients in their order when absent. */
  readonly inputs?: readonly BlendInput[] | undefined;
  /** What methods that draw lots draw from. */
  readonly seed: number;
  /** Scores mixtures on the selection split; absent when the run has none. Repeated questions cost nothing. */
  readonly selection: SelectionOracle | undefined;
  /** What networks say of samples, on the splits that the run has; absent where there are files alone. */
  readonly outputs?: OutputsSource | undefined;
  /** Differentiates the loss of mixtures by their coefficients; absent where there is nothing to learn from. */
  readonly slopes: SlopesOracle | undefined;
  readonly kept: KeptState;
  readonly signal: AbortSignal;
}

/** Splits that a recipe may learn from. */
export type LearningSplit = 'train' | 'selection';

export interface OutputsSource {
  /**
   * The logits of mixtures on a split, each network run over it at most once: what was ever computed is not computed again.
   * @throws StockpotError `recipe/no-split` where the run has none of this role
   */
  of(split: LearningSplit, mixtures: readonly Coefficients[]): Promise<Outputs>;
}

/** Logits of several networks on the same samples. */
export interface Outputs {
  /** One for each network: F32 [labels.length, classes]. */
  readonly logits: readonly Float32Array[];
  readonly labels: Int32Array;
}

/** Plain data by which a run goes on where it was interrupted. There is one for each run, and it goes when the run has finished. */
export interface KeptState {
  /** What was written last, by whatever attempt; undefined where nothing was. @throws StockpotError `runs/damaged-state` */
  read(): unknown;
  /** May be called often: not every value need reach the disk, and any of them is good to go on from. */
  write(state: unknown): void;
}

export interface SlopesRequest {
  readonly split: LearningSplit;
  /** What shares its coefficients; every tensor is in one of them. */
  readonly groups: readonly Pick<LayerGroup, 'name' | 'tensors'>[];
  /** Bytes that ingredients may take in memory; the others are read anew for every question. */
  readonly keptBytes: number;
}

export interface SlopesOracle {
  /** @throws StockpotError `runtime/…`, `checkpoint/…`, `engine/…` */
  open(request: SlopesRequest): Promise<OpenSlopes>;
}

/** What may be differentiated: the cross-entropy of the split's labels, or the entropy of the outputs, which looks at no label. */
export type LearningObjective = 'cross-entropy' | 'entropy';

/** A mixture on some samples. */
export interface MixtureQuestion {
  /** One row per group, one number per ingredient. */
  readonly coefficients: readonly (readonly number[])[];
  /** Samples of the split. */
  readonly rows: readonly number[];
  readonly objective: LearningObjective;
  /** What logits are multiplied by. */
  readonly logitScale: number;
}

export interface OpenSlopes {
  readonly sampleCount: number;
  /** What differentiates: other numbers may come from another. */
  readonly runtime: string;
  /** The objective's mean over the rows, and how it changes with every coefficient and with the scale of the logits. */
  slopes(
    question: MixtureQuestion,
    /** Which one it is, and of how many at most; for whoever waits. */
    place: { readonly done: number; readonly total: number },
  ): Promise<{
    readonly loss: number;
    readonly slopes: readonly (readonly number[])[];
    readonly scaleSlope: number;
  }>;
  /** The objective's mean over the rows, and how many are classified correctly. */
  score(question: MixtureQuestion): Promise<{ readonly loss: number; readonly correct: number }>;
  close(): Promise<void>;
}

export interface SelectionOracle {
  /** The score of a mixture (of a single ingredient: weight one on it, zero elsewhere). */
  score(coefficients: Coefficients): Promise<MeasuredScore>;
  /** Scores of several mixtures, in the order given; engines share the work where there are several. */
  scoreAll(candidates: readonly Coefficients[]): Promise<readonly MeasuredScore[]>;
  /**
   * Which of several mixtures has the most correct predictions, if that is enough to take the place of the incumbent. The choice is
   * that of scoring them all, and most of the forward passes are not made. Recipes ask through `contest`.
   */
  race(race: Race): Promise<RaceOutcome>;
}

/** Candidates for the place of an incumbent, by accuracy. */
interface Race {
  readonly candidates: readonly Coefficients[];
  readonly incumbent: Coefficients;
  /** `better`: the winner has more correct predictions than the incumbent; `not-worse`: at least as many. */
  readonly rule: AcceptanceRule;
}

export type AcceptanceRule = 'better' | 'not-worse';

interface RaceOutcome {
  /** Index of the best candidate that the rule accepts, the earlier one of equals; undefined where it accepts none. */
  readonly winner: number | undefined;
  /** One for each candidate; in whole at least for the winner. */
  readonly scores: readonly (MeasuredScore | PartialScore)[];
}

/** One step of a recipe, kept with the run and shown as it happens. */
export type TraceStep =
  | { readonly kind: 'ingredient-scored'; readonly ingredient: string; readonly score: SelectionScore }
  | { readonly kind: 'started'; readonly ingredient: string; readonly score: SelectionScore }
  | {
      readonly kind: 'candidate-scored';
      readonly round: number;
      readonly ingredient: string;
      readonly score: TriedScore;
    }
  | { readonly kind: 'accepted'; readonly round: number; readonly ingredient: string; readonly score: SelectionScore }
  | { readonly kind: 'rejected'; readonly round: number; readonly ingredient: string; readonly score: TriedScore }
  /** Something other than an ingredient was tried; `what`: `without m3`, `group conv`, `α = 0.4`. `tried`: nothing is decided of it yet. */
  | {
      readonly kind: 'trial';
      readonly round: number;
      readonly what: string;
      readonly fate: 'kept' | 'dropped' | 'tried';
      readonly score: TriedScore;
    }
  /** A pass over what is learned from, of `of` at most. `loss`: the mean on it. `best`: better than every epoch before. */
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly of: number;
      readonly loss: number;
      readonly score?: SelectionScore;
      readonly best: boolean;
    }
  /** Something that whoever reads the outcome should know: that a recipe had to do something else, say. */
  | { readonly kind: 'remark'; readonly text: string }
  | { readonly kind: 'stopped'; readonly reason: string };

/** Several models that go on to the next step of a chain in place of the ingredients. */
export interface ChainPart extends RecipeIngredient {
  readonly input: BlendInput;
}

/** What comes of a step that makes other models. */
interface Transformed {
  readonly parts: readonly ChainPart[];
  /** A sentence on what it came to, where that could not be told beforehand. */
  readonly summary?: string;
}

/** What a step that makes other models may ask; candidates for a score are blends of the parts. */
export type TransformContext = Pick<CookContext, 'aligner' | 'weights' | 'seed' | 'selection' | 'signal'>;

/** A step of a chain that makes other models of what it is given, each by itself or some of them together, but not one of all. */
export interface Transformation<Options = unknown>
  extends Pick<
    Recipe<Options>,
    'name' | 'title' | 'description' | 'source' | 'family' | 'chooseWhen' | 'needs' | 'options' | 'check'
  > {
  /** Names of what comes out, as far as that can be told beforehand; where only the most can be told, of so many. */
  namesAfter(names: readonly string[], options: Options): readonly string[];
  /** As a recipe's; none when absent. */
  mixtures?(partCount: number, options: Options): MixtureCount;
  /**
   * @param parts the models that it is given
   * @param ingredients all ingredients of the run, for bases that are no longer among the parts
   */
  apply(
    parts: readonly ChainPart[],
    ingredients: readonly ChainPart[],
    options: Options,
    context: TransformContext,
  ): Promise<Transformed>;
}

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
  /** The model that the others were fine-tuned from, one of the ingredients: needed, or used where it is named. */
  readonly base?: 'needed' | 'optional';
  readonly minimumIngredients: number;
  readonly maximumIngredients?: number;
}

/** What kind of recipe it is, for lists. */
export type RecipeFamily =
  | 'average'
  | 'search'
  | 'interpolation'
  | 'task-vectors'
  | 'trajectory'
  | 'learned'
  | 'composition';

/** Something wrong with an option. */
export interface OptionFault {
  /** Where it stands among the options; empty for the options as a whole. */
  readonly option: readonly (string | number)[];
  /** One sentence without a full stop. */
  readonly what: string;
  readonly remedy?: string;
  /** `recipe/bad-option` when absent. */
  readonly code?: `recipe/${string}`;
}

/** A step of a recipe that is made of several. */
export interface Stage {
  /** Where it stands among the options. */
  readonly option: OptionFault['option'];
  /** Names of the models that it is given. */
  readonly models: readonly string[];
}

/** How much a recipe will try, as far as that can be told before it has scores. */
export interface MixtureCount {
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
  readonly family: RecipeFamily;
  /** `ensemble`: the weights of its outcome are about the ingredients' outputs, so that it is no single model. Else it makes one. */
  readonly makes?: 'ensemble';
  /** When to choose it, in a sentence. */
  readonly chooseWhen: string;
  readonly needs: RecipeNeeds;
  /** Defaults included; descriptions on every field (forms and help are made from it). */
  readonly options: z.ZodType<Options>;
  /**
   * What the options' types can't say of options and ingredients together; asked before any work starts.
   * @throws StockpotError `recipe/…`
   */
  check?(options: Options, larder: Larder): readonly OptionFault[];
  /** Of a recipe made of steps: what each of them is given, as far as that can be told from options as written, faults included. */
  stages?(raw: unknown, larder: Pick<Larder, 'ingredients'>): readonly Stage[];
  /**
   * How many mixtures of several ingredients it will score on the selection split; singles are not counted.
   * @param layerGroups as in `Larder`
   */
  mixtures(ingredientCount: number, options: Options, layerGroups: Larder['layerGroups']): MixtureCount;
  cook(context: CookContext, options: Options): AsyncGenerator<TraceStep, CookOutcome>;
}
