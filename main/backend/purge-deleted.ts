import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ingredientRepository } from '../../db/repositories/ingredients.ts';
import { withFileErrors } from '../files/file-errors.ts';
import type { Backend } from './backend.ts';
import { removeUnusedCopies } from './ingredients/owned-copies.ts';
import { runTable } from './runs/run-table.ts';

const KEPT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000;

/**
 * Removes for good what was deleted more than thirty days before `now`: runs, sweeps, projects, ingredients that no run and no other
 * ingredient refers to, the copies of their checkpoints that Stockpot made, and what was kept of trainings that nobody went on with.
 * @throws StockpotError `file/…`, `db/…`
 */
export function purgeDeleted(
  { database, paths, projects, sweeps }: Pick<Backend, 'database' | 'paths' | 'projects' | 'sweeps'>,
  now: Date,
): void {
  const ingredients = ingredientRepository(database);
  const moment = new Date(now.getTime() - KEPT_MILLISECONDS);
  const before = ingredients.files();
  runTable(database).purge(now);
  sweeps.purge(moment.toISOString());
  projects.purge(now);
  ingredients.purge(moment.toISOString());
  removeUnusedCopies(before, ingredients.files(), paths.checkpoints);
  removeOlder(paths.trainings, moment);
}

function removeOlder(folder: string, moment: Date): void {
  withFileErrors(folder, () => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).mtime < moment) rmSync(path, { force: true });
    }
  });
}
