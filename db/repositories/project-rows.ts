import type { Database, Value } from '../open.ts';

/** A row as the database keeps it: columns by name, JSON as text. */
export type TableRow = Readonly<Record<string, Value>>;

/** In an order in which every row comes after those that it refers to. */
export const CARRIED_TABLES = [
  'projects',
  'ingredients',
  'datasets',
  'splits',
  'subjects',
  'predictions',
  'evaluations',
  'runs',
  'run_ingredients',
  'run_splits',
  'trace_steps',
  'run_results',
  'mixed_results',
  'saved_views',
  'sweeps',
  'sweep_scores',
] as const;

type CarriedTable = (typeof CARRIED_TABLES)[number];

/** Everything that belongs to a project, table by table, with the ids that it has here. */
export type ProjectRows = Readonly<Record<CarriedTable, readonly TableRow[]>>;

interface Table {
  /** Which rows belong to the project whose id is the parameter. */
  readonly rows: string;
  /** Columns that hold ids of other carried rows. */
  readonly references: Readonly<Record<string, CarriedTable>>;
  /**
   * What a row is known by beyond its project: one that is there already is used instead of inserting another. Only of tables that
   * projects share.
   */
  readonly known?: readonly string[];
  readonly withoutId?: true;
  /** Columns that triggers fill from other rows, or that mean nothing elsewhere: they stay where they are. */
  readonly derived?: readonly string[];
}

const OF_RUNS = 'run_id IN (SELECT id FROM runs WHERE project_id = ? AND deleted_at IS NULL)';
const OF_SWEEPS = 'sweep_id IN (SELECT id FROM sweeps WHERE project_id = ? AND deleted_at IS NULL)';
/** By way of runs, and of sweeps. */
const EVALUATION_IDS = `SELECT evaluation_id FROM (
    SELECT project_id, evaluation_id FROM runs JOIN run_cells ON run_id = runs.id WHERE deleted_at IS NULL
    UNION ALL
    SELECT project_id, evaluation_id FROM sweeps JOIN sweep_scores ON sweep_id = sweeps.id WHERE deleted_at IS NULL
  ) WHERE project_id = ?`;

const TABLES: Readonly<Record<CarriedTable, Table>> = {
  projects: { rows: 'id = ?', references: {} },
  ingredients: { rows: 'project_id = ?', references: { project_id: 'projects', base_id: 'ingredients' } },
  datasets: { rows: 'project_id = ?', references: { project_id: 'projects' } },
  splits: {
    rows: 'dataset_id IN (SELECT id FROM datasets WHERE project_id = ?)',
    references: { dataset_id: 'datasets' },
  },
  subjects: {
    rows: `id IN (SELECT subject_id FROM evaluations WHERE id IN (${EVALUATION_IDS}))`,
    references: {},
    known: ['key'],
  },
  predictions: {
    rows: `key IN (SELECT p.key FROM predictions p JOIN evaluations e USING (subject_id, split_key, preprocessing,
      runtime_identity) WHERE e.id IN (${EVALUATION_IDS}))`,
    references: { subject_id: 'subjects' },
    known: ['key'],
    withoutId: true,
  },
  evaluations: {
    rows: `id IN (${EVALUATION_IDS})`,
    references: { subject_id: 'subjects' },
    known: ['subject_id', 'split_key', 'preprocessing', 'runtime_identity'],
  },
  runs: {
    rows: 'project_id = ? AND deleted_at IS NULL',
    references: { project_id: 'projects' },
    derived: ['family_id'],
  },
  run_ingredients: { rows: OF_RUNS, references: { run_id: 'runs', ingredient_id: 'ingredients' }, withoutId: true },
  run_splits: { rows: OF_RUNS, references: { run_id: 'runs', split_id: 'splits' }, withoutId: true },
  trace_steps: { rows: OF_RUNS, references: { run_id: 'runs' }, withoutId: true },
  run_results: {
    rows: OF_RUNS,
    references: { run_id: 'runs', split_id: 'splits', evaluation_id: 'evaluations' },
    withoutId: true,
  },
  mixed_results: {
    rows: OF_RUNS,
    references: { run_id: 'runs', split_id: 'splits', evaluation_id: 'evaluations' },
    withoutId: true,
  },
  saved_views: { rows: 'project_id = ?', references: { project_id: 'projects' } },
  sweeps: {
    rows: 'project_id = ? AND deleted_at IS NULL',
    references: { project_id: 'projects' },
    derived: ['job_id'],
  },
  sweep_scores: {
    rows: OF_SWEEPS,
    references: { sweep_id: 'sweeps', evaluation_id: 'evaluations' },
    withoutId: true,
  },
};

export interface ProjectRowsRepository {
  gather(projectId: number): ProjectRows;
  /**
   * Puts the rows in under ids of their own, all or none, and returns the new project's id. Rows may come from an older schema:
   * columns that they lack get their defaults.
   * @throws RangeError when a row refers to one that is not among them or has a column that there is not
   */
  insert(rows: ProjectRows): number;
}

/** A project's rows in all tables, to be copied within a workspace or carried to another one. */
export function projectRowsRepository(database: Database): ProjectRowsRepository {
  const columns = new Map(CARRIED_TABLES.map((table) => [table, columnsOf(database, table)]));
  return {
    gather: (projectId) =>
      database.transaction(() => {
        const entries = CARRIED_TABLES.map((table) => {
          const carried = [...columns.get(table)!];
          const order = carried.slice(0, 2).join(', ');
          const query = database.query<TableRow>(
            `SELECT ${carried.join(', ')} FROM ${table} WHERE ${TABLES[table].rows} ORDER BY ${order}`,
          );
          return [table, query.all(projectId)] as const;
        });
        return Object.fromEntries(entries) as unknown as ProjectRows;
      }),
    insert: (rows) =>
      database.transaction(() => {
        const ids = new NewIds();
        for (const table of CARRIED_TABLES) {
          for (const row of rows[table]) insertRow(database, table, { row, ids, columns: columns.get(table)! });
          joinWithin(database, table, rows[table], ids);
        }
        return ids.of('projects', rows.projects[0]?.id ?? null) as number;
      }),
  };
}

class NewIds {
  readonly #ids = new Map<string, number>();

  set(table: CarriedTable, old: Value, id: number): void {
    this.#ids.set(`${table} ${old}`, id);
  }

  of(table: CarriedTable, old: Value): Value {
    if (old === null) return null;
    const id = this.#ids.get(`${table} ${old}`);
    if (id === undefined) throw new RangeError(`a row refers to row ${old} of ${table}, which is not there`);
    return id;
  }
}

function insertRow(
  database: Database,
  name: CarriedTable,
  { row, ids, columns }: { readonly row: TableRow; readonly ids: NewIds; readonly columns: ReadonlySet<string> },
): void {
  const table = TABLES[name];
  const moved: Record<string, Value> = {};
  for (const [column, value] of Object.entries(row)) {
    if (!columns.has(column)) throw new RangeError(`${name} has no column ${column.slice(0, 60)}`);
    if (column === 'id' && table.withoutId !== true) continue;
    const target = table.references[column];
    if (target === name) moved[column] = null;
    else moved[column] = target === undefined ? value : ids.of(target, value);
  }
  const known = table.known === undefined ? undefined : findKnown(database, name, table.known, moved);
  if (known !== undefined) {
    if (table.withoutId !== true) ids.set(name, row.id ?? null, known.id as number);
    return;
  }
  const names = Object.keys(moved);
  const insert = `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
  const { id } = database.query(insert).run(...Object.values(moved));
  if (table.withoutId !== true) ids.set(name, row.id ?? null, id);
}

/** References within one table may point ahead, so they are set once all of its rows are there. */
function joinWithin(database: Database, name: CarriedTable, rows: readonly TableRow[], ids: NewIds): void {
  const { references } = TABLES[name];
  for (const column of Object.keys(references).filter((candidate) => references[candidate] === name)) {
    const update = database.query(`UPDATE ${name} SET ${column} = ? WHERE id = ?`);
    for (const row of rows) {
      const target = row[column] ?? null;
      if (target !== null) update.run(ids.of(name, target), ids.of(name, row.id ?? null));
    }
  }
}

function findKnown(
  database: Database,
  table: CarriedTable,
  columns: readonly string[],
  row: TableRow,
): TableRow | undefined {
  const condition = columns.map((column) => `${column} = ?`).join(' AND ');
  const query = database.query<TableRow>(`SELECT * FROM ${table} WHERE ${condition}`);
  return query.get(...columns.map((column) => row[column] ?? null));
}

function columnsOf(database: Database, table: CarriedTable): ReadonlySet<string> {
  const rows = database.query<{ readonly name: string }>('SELECT name FROM pragma_table_info(?)').all(table);
  const { derived = [] } = TABLES[table];
  return new Set(rows.map(({ name }) => name).filter((name) => !derived.includes(name)));
}
