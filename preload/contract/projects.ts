import { z } from 'zod';
import { id, procedure, timestamp } from './base.ts';

export const projectName = z.string().trim().min(1, 'A project needs a name').max(120, 'At most 120 characters');
export const projectTag = z.string().trim().min(1).max(40);

const metricId = z.string().min(1).max(60);

const projectSummary = z.object({
  id,
  name: z.string(),
  notes: z.string(),
  tags: z.array(z.string()).readonly(),
  createdAt: timestamp,
  /** Set while the project is archived: kept, but out of the way. */
  archivedAt: timestamp.nullable(),
  /** Id of the metric that decides, of `metrics.list`. */
  metric: z.string(),
  ingredientCount: z.int(),
  runCount: z.int(),
  /** When a run of it last began or, without one, when it was created. */
  activeAt: timestamp,
});

export type ProjectSummary = Readonly<z.infer<typeof projectSummary>>;

/** By the standing's metric; null where it is not known. */
const score = z.object({ correct: z.int(), total: z.int(), value: z.number().nullable() });

const pairedComparison = z.object({
  total: z.int(),
  onlyFirst: z.int(),
  onlySecond: z.int(),
  /** Score of the first (the soup) minus that of the second. */
  difference: z.number(),
  /** 95 % interval of the difference, by paired bootstrap. */
  interval: z.object({ low: z.number(), high: z.number() }),
  /** Of the metric's own test. */
  pValue: z.number(),
});

const verdict = z.enum(['better', 'worse', 'undecided']);

const standing = z.object({
  runId: id,
  recipe: z.string(),
  /** Id of the metric that all of this is by: the project's, or accuracy where that is not known of its runs. */
  metric: z.string(),
  /** The recipe's title. */
  soup: z.string(),
  ingredient: z.string(),
  /** What both were chosen by: `test` only where no run had a selection split. */
  chosenOn: z.enum(['selection', 'test']),
  /** The soup is that ingredient, unchanged. */
  same: z.boolean(),
  /** Test sets, clean ones first. */
  sets: z
    .array(
      z.object({
        name: z.string(),
        corruption: z.string().nullable(),
        soup: score,
        ingredient: score,
        /** Null where the predictions that it rests on are no longer kept. */
        comparison: pairedComparison.nullable(),
        verdict: verdict.nullable(),
      }),
    )
    .readonly(),
});

export type Standing = Readonly<z.infer<typeof standing>>;

/** What a project has, in so far as it decides what to do next. */
const stock = z.object({
  ingredients: z.int(),
  missingFiles: z.int(),
  splits: z.object({ train: z.int(), selection: z.int(), test: z.int() }),
  runs: z.object({ done: z.int(), unfinished: z.int(), failed: z.int() }),
  exports: z.int(),
});

export type ProjectStock = Readonly<z.infer<typeof stock>>;

export const projects = {
  list: procedure.output(z.array(projectSummary).readonly()),
  get: procedure.input(z.object({ id })).output(projectSummary),
  /** Is there a soup that beats the best ingredient (`standing` is null while nothing can be compared), and what is there to work with. */
  overview: procedure.input(z.object({ id })).output(z.object({ standing: standing.nullable(), stock })),
  /** A copy with everything in it; the checkpoints' files are shared. */
  duplicate: procedure.input(z.object({ id })).output(projectSummary),
  /**
   * A job that writes the project as one file: its rows, its ingredients' checkpoints and, with `data`, its prepared test data and
   * predictions. Without a path it goes into the workspace's folder of exports.
   */
  exportFile: procedure
    .input(
      z.object({
        id,
        path: z.string().trim().min(1).max(4096).optional(),
        checkpoints: z.boolean().default(true),
        data: z.boolean().default(true),
      }),
    )
    .output(z.object({ jobId: id, path: z.string() })),
  /** A job that brings in such a file: all of it or nothing. */
  importFile: procedure.input(z.object({ path: z.string().trim().min(1).max(4096) })).output(z.object({ jobId: id })),
  /** The sample project, made when it is not there: cooked already, to look around in and to cook again. */
  sample: procedure.output(projectSummary),
  create: procedure
    .input(z.object({ name: projectName, notes: z.string().max(20_000).default(''), metric: metricId.optional() }))
    .output(projectSummary),
  rename: procedure.input(z.object({ id, name: projectName })).output(projectSummary),
  describe: procedure
    .input(z.object({ id, notes: z.string().max(20_000), tags: z.array(projectTag).max(20) }))
    .output(projectSummary),
  /** Which ingredient is the best one, what standing, verdicts and leads are measured by: all of it follows. */
  chooseMetric: procedure.input(z.object({ id, metric: metricId })).output(projectSummary),
  archive: procedure.input(z.object({ id, archived: z.boolean() })).output(projectSummary),
  /** Out of every list at once; `restore` brings it back, with everything in it, for thirty days. */
  remove: procedure.input(z.object({ id })).output(z.object({ id })),
  restore: procedure.input(z.object({ id })).output(projectSummary),
};
