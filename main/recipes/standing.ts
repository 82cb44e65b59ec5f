import { throwIfCancelled } from '../errors.ts';
import { averageOf } from './coefficients.ts';
import { contest } from './contest.ts';
import { DecisiveMetric } from './decisive-metric.ts';
import type {
  AcceptanceRule,
  Coefficients,
  CookContext,
  MeasuredScore,
  RecipeIngredient,
  SelectionOracle,
  TraceStep,
} from './recipe.ts';

/** Options that every search by steps has. */
interface SearchOptions {
  readonly metric: string;
  readonly exhaustive: boolean;
  readonly accept: AcceptanceRule;
}

/** Something that may take the place of the mixture that a search stands on. */
export interface Move<State> {
  /** What is told of it: `without m3`. */
  readonly what: string;
  readonly state: State;
}

/**
 * What a search by steps stands on: a state that comes to a mixture, with its score. In each round some moves compete, and the best of
 * them is made if it helps; ties go to the earlier one.
 */
export class Standing<State> {
  readonly metric: DecisiveMetric;
  readonly #selection: SelectionOracle;
  readonly #ingredients: readonly RecipeIngredient[];
  readonly #signal: AbortSignal;
  readonly #options: SearchOptions;
  readonly #mixtureOf: (state: State) => Coefficients;
  #state: State | undefined;
  #score: MeasuredScore | undefined;
  #round = 0;

  constructor(
    { ingredients, signal }: Pick<CookContext, 'ingredients' | 'signal'>,
    selection: SelectionOracle,
    options: SearchOptions,
    mixtureOf: (state: State) => Coefficients,
  ) {
    this.metric = new DecisiveMetric(options.metric);
    this.#ingredients = ingredients;
    this.#selection = selection;
    this.#signal = signal;
    this.#options = options;
    this.#mixtureOf = mixtureOf;
  }

  get state(): State {
    if (this.#state === undefined) throw new RangeError('The search has not begun');
    return this.#state;
  }

  get score(): MeasuredScore {
    if (this.#score === undefined) throw new RangeError('The search has not begun');
    return this.#score;
  }

  /** Scores these ingredients alone. @returns in their order */
  async *singles(indices: readonly number[]): AsyncGenerator<TraceStep, readonly MeasuredScore[]> {
    throwIfCancelled(this.#signal);
    const count = this.#ingredients.length;
    const scores = await this.#selection.scoreAll(indices.map((index) => averageOf([index], count)));
    for (const [k, index] of indices.entries()) {
      yield {
        kind: 'ingredient-scored',
        ingredient: this.#ingredients[index]!.id,
        score: this.metric.told(scores[k]!),
      };
    }
    this.metric.requireFigures(scores);
    return scores;
  }

  /** Begins with one ingredient as it is, whose score is known. */
  *startWith(index: number, score: MeasuredScore, state: State): Generator<TraceStep, void> {
    this.#state = state;
    this.#score = score;
    yield { kind: 'started', ingredient: this.#ingredients[index]!.id, score: this.metric.told(score) };
  }

  /** Begins with any mixture, which is scored. */
  async *startFrom(what: string, state: State): AsyncGenerator<TraceStep, void> {
    throwIfCancelled(this.#signal);
    this.#state = state;
    this.#score = await this.#selection.score(this.#mixtureOf(state));
    yield { kind: 'trial', round: 0, what, fate: 'kept', score: this.metric.told(this.#score) };
  }

  /** Index of the best among scores; ties: the earlier. */
  bestOf(scores: readonly MeasuredScore[]): number {
    const merits = scores.map((score) => this.metric.merit(score));
    return merits.indexOf(Math.max(...merits));
  }

  /** Lets moves compete and makes the best one if it helps. @returns its index */
  async *round(moves: readonly Move<State>[]): AsyncGenerator<TraceStep, number | undefined> {
    throwIfCancelled(this.#signal);
    this.#round += 1;
    const { winner, told } = await contest(this.#selection, {
      candidates: moves.map(({ state }) => this.#mixtureOf(state)),
      incumbent: this.#mixtureOf(this.state),
      present: this.score,
      rule: this.#options.accept,
      metric: this.metric,
      exhaustive: this.#options.exhaustive,
    });
    for (const [index, { what }] of moves.entries()) {
      const fate = index === winner?.index ? 'kept' : 'dropped';
      yield { kind: 'trial', round: this.#round, what, fate, score: told[index]! };
    }
    if (winner === undefined) return undefined;
    this.#state = moves[winner.index]!.state;
    this.#score = winner.score;
    return winner.index;
  }
}
