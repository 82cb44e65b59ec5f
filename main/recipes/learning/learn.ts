import { StockpotError, throwIfCancelled } from '../../errors.ts';
import { Random } from '../../random.ts';
import type {
  CookContext,
  LearningObjective,
  MixtureQuestion,
  OpenSlopes,
  SelectionScore,
  SlopesRequest,
  TraceStep,
} from '../recipe.ts';
import { adamStep, startOfAdam } from './adam.ts';
import { type LearningState, readLearningState } from './learning-state.ts';
import type { CoefficientTable, Parameterization } from './parameterization.ts';

export interface LearningSettings extends Pick<SlopesRequest, 'split' | 'groups' | 'keptBytes'> {
  readonly objective: LearningObjective;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Learns what logits are multiplied by as well. */
  readonly learnsScale: boolean;
  /** Share of the split that is not learned from and says which epoch was best; 0 for none: the last epoch counts then. */
  readonly holdOut: number;
  readonly decides: 'loss' | 'accuracy';
  /** Stops after so many epochs without a better one. */
  readonly patience: number;
}

export interface Learned {
  readonly coefficients: CoefficientTable;
  /** The epoch that they are of; 0 where none was better than the beginning. */
  readonly epoch: number;
  readonly epochs: number;
  readonly logitScale: number;
  /** On what was held out: at the beginning, and in the end. */
  readonly start: SelectionScore | undefined;
  readonly end: SelectionScore | undefined;
}

/**
 * Learns the coefficients of a mixture by AdamW on minibatches. A state is kept after every minibatch and every epoch, so that an
 * interrupted learning ends as one that was not. The order of samples follows from (seed, epoch).
 * @throws StockpotError `recipe/nothing-to-learn-from`, `recipe/diverged`, `recipe/damaged-state`, `job/cancelled`, and as `SlopesOracle.open`
 */
export async function* learn(
  context: CookContext,
  mixing: Parameterization,
  settings: LearningSettings,
): AsyncGenerator<TraceStep, Learned> {
  if (context.slopes === undefined) throw nothingToLearnFrom();
  const { split, groups, keptBytes } = settings;
  const oracle = await context.slopes.open({ split, groups, keptBytes });
  try {
    return yield* new Course(context, oracle, mixing, settings).follow();
  } finally {
    await oracle.close();
  }
}

class Course {
  readonly #context: CookContext;
  readonly #oracle: OpenSlopes;
  readonly #mixing: Parameterization;
  readonly #settings: LearningSettings;
  readonly #learned: readonly number[];
  readonly #heldOut: readonly number[];

  constructor(context: CookContext, oracle: OpenSlopes, mixing: Parameterization, settings: LearningSettings) {
    this.#context = context;
    this.#oracle = oracle;
    this.#mixing = mixing;
    this.#settings = settings;
    const { learned, heldOut } = divide(oracle.sampleCount, settings.holdOut, context.seed);
    this.#learned = learned;
    this.#heldOut = heldOut;
  }

  async *follow(): AsyncGenerator<TraceStep, Learned> {
    const { epochs } = this.#settings;
    let state = readLearningState(this.#context.kept, this.#oracle.runtime) ?? (await this.#begin());
    if (state.start !== undefined) yield { kind: 'remark', text: this.#describeStart(state.start) };
    yield* state.epochs as readonly TraceStep[];
    while (state.epochs.length < epochs && !this.#isExhausted(state)) {
      state = await this.#epoch(state);
      yield state.epochs.at(-1)! as TraceStep;
    }
    if (state.epochs.length < epochs) {
      const reason = `${this.#settings.patience} epochs in a row were no better than ${nameOf(state.best.epoch)}`;
      yield { kind: 'stopped', reason };
    }
    const { parameters, epoch, logitScale, score } = state.best;
    return {
      coefficients: this.#mixing.coefficientsOf(parameters),
      epoch,
      epochs: state.epochs.length,
      logitScale,
      start: state.start,
      end: score,
    };
  }

  async #begin(): Promise<LearningState> {
    const parameters = this.#mixing.initial;
    const start = await this.#scoreHeldOut(parameters, 1);
    return this.#keep({
      version: 1,
      runtime: this.#oracle.runtime,
      parameters,
      logitScale: 1,
      adam: startOfAdam(parameters.length + 1),
      epochs: [],
      seen: 0,
      lossSum: 0,
      best: { epoch: 0, parameters, logitScale: 1, ...(start === undefined ? {} : { score: start }) },
      ...(start === undefined ? {} : { start }),
    });
  }

  /** What is left of the present epoch, its end included. */
  async #epoch(from: LearningState): Promise<LearningState> {
    const { batchSize, epochs } = this.#settings;
    const epoch = from.epochs.length + 1;
    const order = new Random(this.#context.seed, 'learning', epoch).permutation(this.#learned.length);
    let state = from;
    while (state.seen < order.length) {
      throwIfCancelled(this.#context.signal);
      const rows = [...order.subarray(state.seen, state.seen + batchSize)].map((k) => this.#learned[k]!);
      state = this.#keep(await this.#step(state, rows));
    }
    const { parameters, logitScale } = state;
    const score = await this.#scoreHeldOut(parameters, logitScale);
    const best = this.#isBetter(score, state.best.score, epoch);
    const step: LearningState['epochs'][number] = {
      kind: 'epoch',
      epoch,
      of: epochs,
      loss: state.lossSum / state.seen,
      // Without labels nobody has looked at what is correct.
      ...(score === undefined || this.#settings.objective === 'entropy' ? {} : { score }),
      best,
    };
    return this.#keep({
      ...state,
      epochs: [...state.epochs, step],
      seen: 0,
      lossSum: 0,
      best: best ? { epoch, parameters, logitScale, ...(score === undefined ? {} : { score }) } : state.best,
    });
  }

  async #step(state: LearningState, rows: readonly number[]): Promise<LearningState> {
    const { learningRate, weightDecay, learnsScale, batchSize, epochs } = this.#settings;
    const { parameters, logitScale, adam } = state;
    const perEpoch = Math.ceil(this.#learned.length / batchSize);
    const done = state.epochs.length * perEpoch + state.seen / batchSize;
    const place = { done, total: epochs * perEpoch };
    const answer = await this.#oracle.slopes(this.#question(parameters, logitScale, rows), place);
    const gradient = [...this.#mixing.gradientOf(parameters, answer.slopes), learnsScale ? answer.scaleSlope : 0];
    if (!Number.isFinite(answer.loss) || !gradient.every(Number.isFinite)) throw diverged(state.epochs.length + 1);
    // The scale of the logits is the last parameter; to shrink it would be to prefer undecided outputs.
    const decays = (index: number): boolean => index < parameters.length;
    const moved = adamStep([...parameters, logitScale], gradient, adam, { learningRate, weightDecay, decays });
    return {
      ...state,
      parameters: moved.parameters.slice(0, -1),
      logitScale: learnsScale ? moved.parameters.at(-1)! : logitScale,
      adam: moved.state,
      seen: state.seen + rows.length,
      lossSum: state.lossSum + answer.loss * rows.length,
    };
  }

  async #scoreHeldOut(parameters: readonly number[], logitScale: number): Promise<SelectionScore | undefined> {
    const total = this.#heldOut.length;
    if (total === 0) return undefined;
    const { correct, loss } = await this.#oracle.score(this.#question(parameters, logitScale, this.#heldOut));
    return { correct, total, accuracy: correct / total, loss };
  }

  #question(parameters: readonly number[], logitScale: number, rows: readonly number[]): MixtureQuestion {
    const { objective } = this.#settings;
    return { coefficients: this.#mixing.coefficientsOf(parameters), rows, objective, logitScale };
  }

  /** Ties go to the earlier epoch. Where nothing is held out, the last epoch is the one that counts. */
  #isBetter(score: SelectionScore | undefined, best: SelectionScore | undefined, epoch: number): boolean {
    if (score === undefined || best === undefined) return epoch === this.#settings.epochs;
    return this.#settings.decides === 'accuracy' ? score.correct > best.correct : score.loss < best.loss;
  }

  #isExhausted({ epochs, best }: LearningState): boolean {
    return this.#heldOut.length > 0 && epochs.length - best.epoch >= this.#settings.patience;
  }

  #describeStart({ accuracy, loss, total }: SelectionScore): string {
    const measured =
      this.#settings.objective === 'entropy'
        ? `entropy ${loss.toFixed(4)}`
        : `${(100 * accuracy).toFixed(2)} %, cross-entropy ${loss.toFixed(4)}`;
    return `Before learning: ${measured} on ${total} samples held out`;
  }

  #keep(state: LearningState): LearningState {
    this.#context.kept.write(state);
    return state;
  }
}

/** The samples that are learned from, and those that are held out; both in the split's order. */
function divide(
  sampleCount: number,
  holdOut: number,
  seed: number,
): { readonly learned: readonly number[]; readonly heldOut: readonly number[] } {
  const order = [...new Random(seed, 'held-out').permutation(sampleCount)];
  const count = Math.min(sampleCount - 1, Math.round(holdOut * sampleCount));
  const ascending = (rows: readonly number[]): readonly number[] => rows.toSorted((a, b) => a - b);
  return { heldOut: ascending(order.slice(0, count)), learned: ascending(order.slice(count)) };
}

function nameOf(epoch: number): string {
  return epoch === 0 ? 'the beginning' : `epoch ${epoch}`;
}

function nothingToLearnFrom(): StockpotError {
  return new StockpotError({
    code: 'recipe/nothing-to-learn-from',
    what: 'There is nothing to learn from: ingredients as they are, and a selection or train split',
    remedy: 'Give the run a split, and let learning be the first step of a chain.',
  });
}

function diverged(epoch: number): StockpotError {
  return new StockpotError({
    code: 'recipe/diverged',
    what: `Learning diverged in epoch ${epoch}: the loss or its slopes are no longer finite numbers`,
    remedy:
      'Use a lower learningRate or a lower start; if they are low already, look for ingredients that do not belong together.',
  });
}
