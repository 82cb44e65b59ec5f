import { timestamp } from '../json.ts';
import type { Database } from '../open.ts';

/** A recipe with its options and scope, kept under a name for every project. */
export interface Preset {
  readonly id: number;
  readonly name: string;
  /** The recipe's name, as recipe files have it. */
  readonly recipe: string;
  /** A recipe file that names recipe, options and scope alone. */
  readonly recipeFile: string;
  readonly createdAt: string;
}

export interface PresetRepository {
  /** By name. */
  list(): readonly Preset[];
  byId(id: number): Preset | undefined;
  byName(name: string): Preset | undefined;
  /** Replaces the preset of that name. */
  save(preset: Pick<Preset, 'name' | 'recipe' | 'recipeFile'>): Preset;
  rename(id: number, name: string): void;
  remove(id: number): void;
}

const COLUMNS = 'id, name, recipe, recipe_file AS recipeFile, created_at AS createdAt';

export function presetRepository(database: Database): PresetRepository {
  const list = database.query<Preset>(`SELECT ${COLUMNS} FROM presets ORDER BY name`);
  const byId = database.query<Preset>(`SELECT ${COLUMNS} FROM presets WHERE id = ?`);
  const byName = database.query<Preset>(`SELECT ${COLUMNS} FROM presets WHERE name = ?`);
  const save = database.query<Preset>(
    `INSERT INTO presets (name, recipe, recipe_file, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET recipe = excluded.recipe, recipe_file = excluded.recipe_file
     RETURNING ${COLUMNS}`,
  );
  const rename = database.query('UPDATE presets SET name = ? WHERE id = ?');
  const remove = database.query('DELETE FROM presets WHERE id = ?');
  return {
    list: () => list.all(),
    byId: (id) => byId.get(id),
    byName: (name) => byName.get(name),
    save: ({ name, recipe, recipeFile }) => save.get(name, recipe, recipeFile, timestamp())!,
    rename: (id, name) => void rename.run(name, id),
    remove: (id) => void remove.run(id),
  };
}
