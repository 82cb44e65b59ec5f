import { z } from 'zod';
import { throwIfCancelled } from '../errors.ts';
import { averageOf } from './coefficients.ts';
import { contest, exhaustiveOption } from './contest.ts';
import { DecisiveMetric, metricOption } from './decisive-metric.ts';
import { selectionOf } from './needs.ts';
import type {
  AcceptanceRule,
  CookContext,
  CookOutcome,
  MeasuredScore,
  Recipe,
  RecipeIngredient,
  SelectionOracle,
  TraceStep,
} from './recipe.ts';

const options = z.strictObject({
  order: z
    .enum(['article', 'sorted'])
    .default('article')
    .describe(
      "'article': each round tries every remaining ingredient and adds the best; 'sorted': one pass over the ingredients, best first, as in the paper",
    ),
  metric: metricOption,
  maxModels: z
    .int()
    .min(1)
    .optional()
    .describe('Stop when the soup has this many ingredients; without it only the scores decide'),
  accept: z
    .enum(['better', 'not-worse'])
    .optional()
    .describe(
      "What an ingredient must make the soup to be added. 'better' is the rule of the order 'article', 'not-worse' (ties are taken) that of 'sorted'; used when this is left out",
    ),
  exhaustive: exhaustiveOption,
});

export type GreedyOptions = z.output<typeof options>;

/** Ties between ingredients go to the earlier one. By accuracy as in the article and the paper, or by any other metric. */
export const greedy: Recipe<GreedyOptions> = {
  name: 'greedy',
  title: 'Greedy soup',
  description:
    'Starts from the ingredient that is best on the selection split and adds others as long as they help. By the metric that decides never worse there than the best single ingredient.',
  family: 'search',
  chooseWhen: 'You have a selection split and cannot be sure that every ingredient helps.',
  source:
    'Wortsman et al., "Model soups", ICML 2022, Recipe 1: in descending order of held-out accuracy, an ingredient is kept if ValAcc(average(ingredients ∪ {θᵢ})) ≥ ValAcc(average(ingredients)). The order "article" searches all remaining ingredients each round and asks for a strict improvement',
  needs: { selection: true, minimumIngredients: 1 },
  options,
  mixtures: (ingredientCount, { order, maxModels = ingredientCount }) => {
    const largest = Math.min(maxModels, ingredientCount);
    const others = ingredientCount - 1;
    if (largest < 2) return { least: 0, most: 0 };
    if (order === 'sorted') return { least: largest - 1, most: others };
    let most = 0;
    for (let size = 1; size < largest; size++) most += ingredientCount - size;
    return { least: others, most };
  },
  async *cook(context: CookContext, chosen: GreedyOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const search = new Search(context, selectionOf(greedy, context), chosen);
    yield* search.start();
    const reason = yield* chosen.order === 'article' ? search.rounds() : search.pass();
    yield { kind: 'stopped', reason };
    return search.outcome(reason);
  },
};

class Search {
  readonly #ingredients: readonly RecipeIngredient[];
  readonly #selection: SelectionOracle;
  readonly #signal: AbortSignal;
  readonly #maxModels: number;
  readonly #rule: AcceptanceRule;
  readonly #exhaustive: boolean;
  readonly #metric: DecisiveMetric;
  #single: readonly MeasuredScore[] = [];
  /** Indices of the soup's ingredients in the order in which they were taken. */
  #soup: readonly number[] = [];
  #score: MeasuredScore | undefined;

  constructor(context: CookContext, selection: SelectionOracle, chosen: GreedyOptions) {
    this.#ingredients = context.ingredients;
    this.#selection = selection;
    this.#signal = context.signal;
    this.#metric = new DecisiveMetric(chosen.metric);
    this.#maxModels = chosen.maxModels ?? Number.POSITIVE_INFINITY;
    this.#rule = chosen.accept ?? (chosen.order === 'article' ? 'better' : 'not-worse');
    this.#exhaustive = chosen.exhaustive;
  }

  /** Scores every ingredient alone and takes the best. */
  async *start(): AsyncGenerator<TraceStep, void> {
    throwIfCancelled(this.#signal);
    this.#single = await this.#selection.scoreAll(this.#ingredients.map((_, i) => this.#average([i])));
    for (const [i, score] of this.#single.entries()) {
      yield { kind: 'ingredient-scored', ingredient: this.#id(i), score: this.#metric.told(score) };
    }
    this.#metric.requireFigures(this.#single);
    const first = this.#descending(this.#single)[0]!;
    this.#take(first, this.#single[first]!);
    yield { kind: 'started', ingredient: this.#id(first), score: this.#metric.told(this.#single[first]!) };
  }

  /** The article's order. @returns why it stopped */
  async *rounds(): AsyncGenerator<TraceStep, string> {
    for (let round = 1; ; round++) {
      const remaining = [...this.#ingredients.keys()].filter((i) => !this.#soup.includes(i));
      const end = this.#end(remaining.length);
      if (end !== undefined) return end;
      throwIfCancelled(this.#signal);
      const { winner, told } = await this.#contest(remaining);
      for (const [k, i] of remaining.entries()) {
        yield { kind: 'candidate-scored', round, ingredient: this.#id(i), score: told[k]! };
      }
      if (winner !== undefined) {
        const taken = remaining[winner.index]!;
        this.#take(taken, winner.score);
        yield { kind: 'accepted', round, ingredient: this.#id(taken), score: this.#metric.told(winner.score) };
      }
      for (const [k, i] of remaining.entries()) {
        if (k !== winner?.index) yield { kind: 'rejected', round, ingredient: this.#id(i), score: told[k]! };
      }
      if (winner === undefined) {
        return `no remaining ingredient ${this.#rule === 'not-worse' ? 'keeps' : 'improves'} the selection score`;
      }
    }
  }

  /** The paper's order. @returns why it stopped */
  async *pass(): AsyncGenerator<TraceStep, string> {
    const [, ...others] = this.#descending(this.#single);
    for (const [k, i] of others.entries()) {
      const end = this.#end(others.length - k);
      if (end !== undefined) return end;
      throwIfCancelled(this.#signal);
      const round = k + 1;
      const { winner, told } = await this.#contest([i]);
      const candidate = { round, ingredient: this.#id(i) };
      yield { kind: 'candidate-scored', ...candidate, score: told[0]! };
      if (winner === undefined) yield { kind: 'rejected', ...candidate, score: told[0]! };
      else {
        this.#take(i, winner.score);
        yield { kind: 'accepted', ...candidate, score: this.#metric.told(winner.score) };
      }
    }
    return 'every ingredient has been tried';
  }

  outcome(reason: string): CookOutcome {
    return {
      coefficients: this.#average(this.#soup),
      used: this.#soup.map((i) => this.#id(i)),
      summary:
        `${this.#soup.length} of ${this.#ingredients.length} ingredients, ` +
        `${this.#metric.describe(this.#score!, this.#single[this.#soup[0]!]!)}; stopped because ${reason}.`,
    };
  }

  #end(remaining: number): string | undefined {
    if (remaining === 0) return 'every ingredient is in the soup';
    if (this.#soup.length >= this.#maxModels) return `the soup has the ${this.#maxModels} ingredients allowed`;
    return undefined;
  }

  /** Holds the soup with each of these ingredients against the soup as it is. */
  #contest(ingredients: readonly number[]): ReturnType<typeof contest> {
    return contest(this.#selection, {
      candidates: ingredients.map((i) => this.#average([...this.#soup, i])),
      incumbent: this.#average(this.#soup),
      present: this.#score!,
      rule: this.#rule,
      metric: this.#metric,
      exhaustive: this.#exhaustive,
    });
  }

  /** Indices, the best first; ties: the earlier first. */
  #descending(scores: readonly MeasuredScore[]): readonly number[] {
    const merits = scores.map((score) => this.#metric.merit(score));
    return [...scores.keys()].toSorted((a, b) => (merits[a] === merits[b] ? a - b : merits[b]! - merits[a]!));
  }

  #take(index: number, score: MeasuredScore): void {
    this.#soup = [...this.#soup, index];
    this.#score = score;
  }

  #average(chosen: readonly number[]) {
    return averageOf(chosen, this.#ingredients.length);
  }

  #id(index: number): string {
    return this.#ingredients[index]!.id;
  }
}
