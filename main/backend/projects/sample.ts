import { fileURLToPath } from 'node:url';
import { projectRepository } from '../../../db/repositories/projects.ts';
import type { Backend } from '../backend.ts';
import { importProject } from './file/import.ts';

/** What the sample is called; `bench/make-sample.ts` makes it. */
export const SAMPLE_NAME = 'Sample: handwritten digits';

export const SAMPLE_FILE = fileURLToPath(new URL('./sample.stockpot', import.meta.url));

/** The sample project, brought in when it is not there. Returns its id. */
export async function sampleProject(parts: Pick<Backend, 'database' | 'paths' | 'projects'>): Promise<number> {
  const known = projectRepository(parts.database).byName(SAMPLE_NAME);
  return known?.id ?? importProject(parts, SAMPLE_FILE, {});
}
