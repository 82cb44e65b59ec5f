import type { SplitScore } from '../../../preload/contract/ingredients.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { formatAgo, formatBytes, formatCount } from '../../lib/format.ts';
import { figureOf, formatScore } from '../../lib/metric-format.ts';
import { flattened, keysOf, type Plain, textOfValue, titleOf } from './hyperparameters.ts';
import type { ScoredIngredient } from './scored-ingredient.ts';

/** One thing that is known of every ingredient. */
export interface IngredientColumn {
  readonly id: string;
  readonly title: string;
  /** `Facts`, `Hyper-parameters` or a metric's label. */
  readonly group: string;
  readonly isNumber: boolean;
  /** Of a score: which way is better. */
  readonly better?: Metric['better'];
  /** What it is sorted by. */
  readonly value: (ingredient: ScoredIngredient) => Plain | undefined;
  readonly textOf: (ingredient: ScoredIngredient) => string;
  readonly byDefault: boolean;
}

/** More of them would push the scores off the screen. */
const MOST_HYPERPARAMETERS = 5;
const MOST_SCORES = 3;

/** What recipes look at comes first. */
const ROLES: readonly SplitScore['role'][] = ['selection', 'test', 'train'];

/** What can be shown of these ingredients: facts, every hyper-parameter any of them has, every split any of them was scored on. */
export function columnsOf(
  ingredients: readonly ScoredIngredient[],
  metrics: readonly Metric[],
): readonly IngredientColumn[] {
  const scores = metrics.flatMap((metric, place) => scoreColumns(ingredients, metric, place === 0));
  return [...factColumns(ingredients), ...hyperparameterColumns(ingredients), ...scores];
}

function factColumns(ingredients: readonly ScoredIngredient[]): readonly IngredientColumn[] {
  const names = new Map(ingredients.map(({ id, name }) => [id, name]));
  const baseOf = ({ baseId }: ScoredIngredient): string => (baseId === null ? '' : (names.get(baseId) ?? 'deleted'));
  const architectures = new Set(ingredients.map(({ architecture }) => architecture));
  const fact = (
    id: string,
    title: string,
    value: IngredientColumn['value'],
    more: Partial<IngredientColumn> = {},
  ): IngredientColumn => ({
    id,
    title,
    group: 'Facts',
    isNumber: false,
    value,
    textOf: (ingredient) => String(value(ingredient) ?? ''),
    byDefault: true,
    ...more,
  });
  return [
    fact('name', 'Name', ({ name }) => name),
    fact('base', 'Fine-tuned from', (ingredient) => baseOf(ingredient) || undefined, {
      byDefault: ingredients.some(({ baseId }) => baseId !== null),
    }),
    fact('origin', 'Origin', ({ origin }) => origin, { byDefault: false }),
    fact('architecture', 'Architecture', ({ architecture }) => architecture, { byDefault: architectures.size > 1 }),
    fact('parameters', 'Parameters', ({ parameterCount }) => parameterCount, {
      isNumber: true,
      byDefault: false,
      textOf: ({ parameterCount }) => formatCount(parameterCount),
    }),
    fact('size', 'Size', ({ byteSize }) => byteSize, {
      isNumber: true,
      byDefault: false,
      textOf: ({ byteSize }) => formatBytes(byteSize),
    }),
    fact('format', 'Format', ({ format }) => format, { byDefault: false }),
    fact('created', 'Added', ({ createdAt }) => createdAt, {
      byDefault: false,
      textOf: ({ createdAt }) => formatAgo(createdAt),
    }),
    fact('sha256', 'SHA-256', ({ sha256 }) => sha256, {
      byDefault: false,
      textOf: ({ sha256 }) => sha256.slice(0, 12),
    }),
  ];
}

function hyperparameterColumns(ingredients: readonly ScoredIngredient[]): readonly IngredientColumn[] {
  const given = new Map(ingredients.map((ingredient) => [ingredient.id, flattened(ingredient.hyperparameters)]));
  const { all, varying } = keysOf([...given.values()]);
  const shown = new Set([...varying].slice(0, MOST_HYPERPARAMETERS));
  return all.map((key): IngredientColumn => {
    const parameterOf = ({ id }: ScoredIngredient): Plain | undefined => given.get(id)?.get(key);
    return {
      id: `hp:${key}`,
      title: titleOf(key),
      group: 'Hyper-parameters',
      isNumber: ingredients.every((ingredient) => ['number', 'undefined'].includes(typeof parameterOf(ingredient))),
      value: parameterOf,
      textOf: (ingredient) => textOfValue(parameterOf(ingredient)),
      byDefault: shown.has(key),
    };
  });
}

/** The first metric's are called by their split alone, and shown unless others are chosen. */
function scoreColumns(
  ingredients: readonly ScoredIngredient[],
  metric: Metric,
  isFirst: boolean,
): readonly IngredientColumn[] {
  const splits = new Map(
    ingredients.flatMap(({ scores }) => scores.map((entry): [number, SplitScore] => [entry.splitId, entry])),
  );
  const inOrder = [...splits.values()].sort(
    (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.splitId - b.splitId,
  );
  return inOrder.map(({ splitId, split }, index): IngredientColumn => {
    const valueIn = ({ scores }: ScoredIngredient): number | undefined =>
      figureOf(scores.find((entry) => entry.splitId === splitId)?.score, metric.id);
    return {
      id: isFirst ? `score:${splitId}` : `score:${splitId}:${metric.id}`,
      title: isFirst ? split : `${metric.label}, ${split}`,
      group: metric.label,
      better: metric.better,
      isNumber: true,
      value: valueIn,
      textOf: (ingredient) => {
        const value = valueIn(ingredient);
        return value === undefined ? '' : formatScore(value, metric);
      },
      byDefault: isFirst && index < MOST_SCORES,
    };
  });
}

/** `97.31 %` */
export function formatShare(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Every word must be in the name, a tag, or a hyper-parameter (`adam`, `learning rate 0.01`). */
export function matches(ingredient: ScoredIngredient, q: string): boolean {
  const parameters = [...flattened(ingredient.hyperparameters)].map(
    ([key, value]) => `${titleOf(key)} ${textOfValue(value)}`,
  );
  const text = [ingredient.name, ...ingredient.tags, ...parameters].join('\n').toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
