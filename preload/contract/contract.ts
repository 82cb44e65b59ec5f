import type { ContractRouterClient } from '@orpc/contract';
import { compare } from './compare.ts';
import { datasets } from './datasets.ts';
import { exports } from './exports.ts';
import { files } from './files.ts';
import { ingredients } from './ingredients.ts';
import { jobs } from './jobs.ts';
import { kitchen } from './kitchen.ts';
import { metrics } from './metrics.ts';
import { presets } from './presets.ts';
import { projects } from './projects.ts';
import { reports } from './reports.ts';
import { runs } from './runs.ts';
import { sweeps } from './sweeps.ts';
import { system } from './system.ts';

/** Everything a page may ask of the service: one file per domain. */
export const contract = {
  system,
  files,
  projects,
  ingredients,
  datasets,
  kitchen,
  presets,
  sweeps,
  metrics,
  runs,
  compare,
  reports,
  exports,
  jobs,
};

export type Client = ContractRouterClient<typeof contract>;
