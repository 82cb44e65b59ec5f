import type { MetricScores } from '../../../metrics/index.ts';
import type { PairedComparison } from '../../../metrics/paired.ts';
import type { Coefficients, TraceStep } from '../../../recipes/recipe.ts';

/** Everything a run's report and model card show: plain data, gathered by the backend, laid out by `renderReport`. */
export interface ReportData {
  readonly run: {
    readonly id: string;
    readonly name: string;
    readonly project: string;
    /** ISO 8601. */
    readonly startedAt: string;
    readonly seconds: number;
  };
  readonly architecture: ReportArchitecture;
  /** As `stockpot cook` replays it. */
  readonly recipeYaml: string;
  readonly selection: { readonly name: string; readonly sampleCount: number } | undefined;
  /** In the order of the columns; none, one or several of each kind. */
  readonly testSets: readonly ReportTestSet[];
  readonly ingredients: readonly ReportIngredient[];
  readonly soups: readonly ReportSoup[];
  readonly ensembles: readonly ReportEnsemble[];
  /** The soup that the report is about: an id in `soups`. */
  readonly mainSoup: string;
  /** The ingredient one would have chosen without a soup, by the selection split: an id in `ingredients`. */
  readonly bestIngredient: string;
  /** Paired comparisons of one subject (`first`) with another (`second`) on a test set, by ids and the set's name. */
  readonly comparisons: readonly ReportComparison[];
  /** Versions, runtime identities, processor, seeds: what one needs to judge whether a replay should agree. */
  readonly environment: readonly { readonly label: string; readonly value: string }[];
  /** How to replay the run and verify its export, in order. */
  readonly commands: readonly { readonly what: string; readonly command: string }[];
}

interface ReportArchitecture {
  readonly name: string;
  readonly parameterCount: number;
  /** SHA-256 of the ONNX graph. */
  readonly graphHash: string;
}

export interface ReportTestSet {
  readonly name: string;
  /** `clean` sets are drawn as the training data were; `shifted` ones test robustness. */
  readonly kind: 'clean' | 'shifted';
  readonly sampleCount: number;
  /** For people: `MNIST test images, blur, severity 3`. */
  readonly description: string;
}

export interface ReportScore {
  readonly correct: number;
  readonly total: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Every metric that is known, by its word in the registry; null where it has no figure. */
  readonly metrics: MetricScores;
}

/** Scores by the name of the test set. */
export type ReportScores = Readonly<Record<string, ReportScore>>;

export interface ReportIngredient {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** Optimizer, learning rate, …, and where it came from. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly selectionScore: ReportScore | undefined;
  readonly scores: ReportScores;
}

export interface ReportSoup {
  readonly id: string;
  readonly name: string;
  /** The recipe's word and title: `greedy`, `Greedy soup`. */
  readonly recipe: string;
  readonly recipeTitle: string;
  /** How it ended, in a sentence. */
  readonly summary: string;
  /** Weights are in the order of `ingredients`. */
  readonly coefficients: Coefficients;
  readonly trace: readonly TraceStep[];
  readonly selectionScore: ReportScore | undefined;
  readonly scores: ReportScores;
  /** Where it was written, if it was. */
  readonly exported: { readonly file: string; readonly sha256: string } | undefined;
}

interface ReportEnsemble {
  readonly id: string;
  readonly name: string;
  readonly memberCount: number;
  readonly selectionScore: ReportScore | undefined;
  readonly scores: ReportScores;
}

export interface ReportComparison {
  readonly first: string;
  readonly second: string;
  readonly testSet: string;
  readonly result: PairedComparison;
}
