import type { ContractRouterClient } from '@orpc/contract';
import { ingredients } from './ingredients.ts';
import { jobs } from './jobs.ts';
import { projects } from './projects.ts';
import { runs } from './runs.ts';
import { system } from './system.ts';

/** Everything a page may ask of the service: one file per domain. */
export const contract = { system, projects, ingredients, runs, jobs };

export type Client = ContractRouterClient<typeof contract>;
