import type { Migration } from './migrate.ts';
import { projectsAndIngredients } from './migrations/0001-projects-and-ingredients.ts';
import { datasetsAndSplits } from './migrations/0002-datasets-and-splits.ts';
import { evaluations } from './migrations/0003-evaluations.ts';
import { runs } from './migrations/0004-runs.ts';
import { exportedFiles } from './migrations/0005-exported-files.ts';
import { projectManagement } from './migrations/0006-project-management.ts';
import { jobs } from './migrations/0007-jobs.ts';
import { runManagement } from './migrations/0008-run-management.ts';
import { runFamilies } from './migrations/0009-run-families.ts';
import { metrics } from './migrations/0010-metrics.ts';
import { readings } from './migrations/0011-readings.ts';
import { exportFormats } from './migrations/0012-export-formats.ts';
import { columnsOfRuns } from './migrations/0013-columns-of-runs.ts';
import { sweepsAndPresets } from './migrations/0014-sweeps-and-presets.ts';
import { statisticsOfSoups } from './migrations/0015-statistics-of-soups.ts';

/** Every migration, in order. A published one is never edited: a change is a new file. */
export const MIGRATIONS: readonly Migration[] = [
  projectsAndIngredients,
  datasetsAndSplits,
  evaluations,
  runs,
  exportedFiles,
  projectManagement,
  jobs,
  runManagement,
  runFamilies,
  metrics,
  readings,
  exportFormats,
  columnsOfRuns,
  sweepsAndPresets,
  statisticsOfSoups,
];
