import { z } from 'zod';
import { id, procedure, timestamp } from './base.ts';

export const projectName = z.string().trim().min(1, 'A project needs a name').max(120, 'At most 120 characters');
export const projectTag = z.string().trim().min(1).max(40);

const projectSummary = z.object({
  id,
  name: z.string(),
  notes: z.string(),
  tags: z.array(z.string()).readonly(),
  createdAt: timestamp,
  /** Set while the project is archived: kept, but out of the way. */
  archivedAt: timestamp.nullable(),
  ingredientCount: z.int(),
  runCount: z.int(),
  /** When a run of it last began or, without one, when it was created. */
  activeAt: timestamp,
});

export type ProjectSummary = Readonly<z.infer<typeof projectSummary>>;

export const projects = {
  list: procedure.output(z.array(projectSummary).readonly()),
  get: procedure.input(z.object({ id })).output(projectSummary),
  create: procedure
    .input(z.object({ name: projectName, notes: z.string().max(20_000).default('') }))
    .output(projectSummary),
  rename: procedure.input(z.object({ id, name: projectName })).output(projectSummary),
  describe: procedure
    .input(z.object({ id, notes: z.string().max(20_000), tags: z.array(projectTag).max(20) }))
    .output(projectSummary),
  archive: procedure.input(z.object({ id, archived: z.boolean() })).output(projectSummary),
  /** Out of every list at once; `restore` brings it back, with everything in it, for thirty days. */
  remove: procedure.input(z.object({ id })).output(z.object({ id })),
  restore: procedure.input(z.object({ id })).output(projectSummary),
};
