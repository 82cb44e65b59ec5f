import { DEFAULT_METRIC, METRICS } from '../../main/metrics/index.ts';
import type { Metric } from '../../main/metrics/metric.ts';
import { toJson } from '../json.ts';
import type { Database, Value } from '../open.ts';

/** What a column of runs holds; pages and filters show and read it accordingly. */
export type RunColumnKind =
  | 'count'
  /** 0 … 1, shown in per cent. */
  | 'share'
  /** A difference of shares, shown in percentage points. */
  | 'points'
  | 'nats'
  /** A score without a unit. */
  | 'number'
  | 'seconds'
  /** ISO 8601, UTC. */
  | 'moment'
  | 'text'
  | 'tags'
  /** Whatever a recipe's option is: a number or text. */
  | 'option';

export interface RunColumn {
  readonly id: string;
  readonly title: string;
  /** Where it stands in a list of columns. */
  readonly group: string;
  readonly kind: RunColumnKind;
  /** Of scores: which way is better. */
  readonly better?: Metric['better'];
  readonly help: string;
}

/** Columns that every list of runs has, and where their value is. */
const BUILT_IN: Readonly<Record<string, Omit<RunColumn, 'id' | 'group'> & { readonly sql: string }>> = {
  id: { title: 'Run', kind: 'count', sql: 'runs.id', help: 'The number of the run' },
  recipe: { title: 'Recipe', kind: 'text', sql: 'runs.recipe', help: 'The method that was cooked' },
  status: { title: 'Status', kind: 'text', sql: 'runs.status', help: 'How far it got' },
  tags: { title: 'Tags', kind: 'tags', sql: 'runs.tags', help: 'Words you gave it' },
  summary: { title: 'Outcome', kind: 'text', sql: 'runs.summary', help: 'How the recipe ended' },
  used: {
    title: 'In the soup',
    kind: 'count',
    sql: 'json_array_length(runs.used)',
    help: 'How many ingredients the soup holds',
  },
  seed: { title: 'Seed', kind: 'count', sql: 'runs.seed', help: 'Where its random numbers begin' },
  seconds: { title: 'Time', kind: 'seconds', sql: 'runs.seconds', help: 'How long it took' },
  created: { title: 'Created', kind: 'moment', sql: 'runs.created_at', help: 'When it was ordered' },
  finished: { title: 'Finished', kind: 'moment', sql: 'runs.finished_at', help: 'When it ended' },
  notes: { title: 'Notes', kind: 'text', sql: 'runs.notes', help: 'What you wrote down about it' },
  dtype: { title: 'Type', kind: 'text', sql: 'runs.dtype', help: 'Element type of the soup' },
  accumulate: { title: 'Sums', kind: 'text', sql: 'runs.accumulate', help: 'Precision of the sums' },
};

/** Columns whose value is in `run_values` under the same name, in every project. */
const VALUES: Readonly<Record<string, Omit<RunColumn, 'id' | 'group'>>> = {
  ingredients: { title: 'Ingredients', kind: 'count', help: 'How many the recipe could choose from' },
  selection: {
    title: 'Selection',
    kind: 'share',
    better: 'higher',
    help: 'Accuracy on the selection split, which recipes may look at',
  },
  shifted: {
    title: 'Shifted',
    kind: 'share',
    better: 'higher',
    help: 'Mean accuracy over the test sets with a corruption',
  },
};

/** Columns whose names begin alike; what follows is a test set, a metric or an option. */
interface Family extends Pick<RunColumn, 'group' | 'kind' | 'better'> {
  readonly prefix: string;
  readonly title: (name: string) => string;
  readonly help: (name: string) => string;
}

/** The first metric's are called by their test set alone. */
function familyOf(metric: Metric): Family {
  const { id, label, unit, better, description } = metric;
  const isFirst = metric === DEFAULT_METRIC;
  return {
    prefix: `${id}.`,
    group: isFirst ? 'Test sets' : label,
    kind: unit,
    better,
    title: (split) => (isFirst ? split : `${label}, ${split}`),
    help: (split) => `${label} on ${split}. ${description}`,
  };
}

function selectionFamily(metric: Metric): Family {
  const { id, label, unit, better } = metric;
  return {
    prefix: `selection.${id}`,
    group: label,
    kind: unit,
    better,
    title: () => `${label}, selection`,
    help: () => `${label} on the selection split, which recipes may look at`,
  };
}

function leadFamily({ label, unit }: Metric): Family {
  return {
    prefix: 'lead.',
    group: 'Lead over the best ingredient',
    kind: unit === 'share' ? 'points' : unit,
    better: 'higher',
    title: (split) => `${split} lead`,
    help: (split) =>
      `How far the soup is ahead on ${split} of the best ingredient: the one of the run that was best on the selection split, which one would have used without a soup. Measured by ${label}, the project’s metric`,
  };
}

const OPTIONS: Family = {
  prefix: 'option.',
  group: 'Options',
  kind: 'option',
  title: (name) => name,
  help: (name) => `The recipe's option ${name}`,
};

/** Every column that runs of a project can have, those of any project where none is named. */
export function runColumns(database: Database, projectId?: number): readonly RunColumn[] {
  const query =
    projectId === undefined
      ? database.query<{ readonly name: string }>('SELECT DISTINCT name FROM run_columns ORDER BY name')
      : database.query<{ readonly name: string }>('SELECT name FROM run_columns WHERE project_id = ? ORDER BY name');
  const names = query.all(...(projectId === undefined ? [] : [projectId])).map(({ name }) => name);
  const builtIn = Object.entries(BUILT_IN).map(([id, { title, kind, help }]) => ({ id, title, kind, help }));
  const values = Object.entries(VALUES).map(([id, facts]) => ({ id, ...facts }));
  const [first, ...others] = METRICS;
  const families = [
    familyOf(first!),
    leadFamily(decidingMetric(database, projectId)),
    ...others.flatMap((metric) => [familyOf(metric), selectionFamily(metric)]),
    OPTIONS,
  ];
  return [
    ...[...builtIn, ...values].map((column) => ({ ...column, group: 'Run' })),
    ...families.flatMap((family) => columnsOf(family, names)),
  ];
}

function columnsOf({ prefix, title, help, ...facts }: Family, names: readonly string[]): readonly RunColumn[] {
  return names
    .filter((name) => name.startsWith(prefix))
    .map((id) => ({ ...facts, id, title: title(id.slice(prefix.length)), help: help(id.slice(prefix.length)) }));
}

function decidingMetric(database: Database, projectId: number | undefined): Metric {
  if (projectId === undefined) return DEFAULT_METRIC;
  const project = database
    .query<{ readonly metric: string }>('SELECT metric FROM projects WHERE id = ?')
    .get(projectId);
  return METRICS.find(({ id }) => id === project?.metric) ?? DEFAULT_METRIC;
}

/** What is no column for people: runs of one family differ by their seed alone. */
const FAMILY_SQL = 'runs.family_id';

export const FAMILY = 'family';

/** A column's values of these runs, in the order of the ids; null where a run has none. */
export function readColumn(database: Database, id: string, ids: readonly number[]): readonly Value[] {
  if (ids.length === 0) return [];
  const own = id === FAMILY ? FAMILY_SQL : Object.hasOwn(BUILT_IN, id) ? BUILT_IN[id]!.sql : undefined;
  const value =
    own === undefined
      ? 'SELECT value FROM run_values INDEXED BY run_values_by_name WHERE name = ? AND run_id = wanted.value'
      : `SELECT ${own} FROM runs WHERE runs.id = wanted.value`;
  // One row for each element of the list, in its order.
  const query = database.query(`SELECT (${value}) FROM json_each(?) AS wanted`);
  return query.first(...(own === undefined ? [id] : []), toJson(ids));
}
