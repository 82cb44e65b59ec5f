import { oc } from '@orpc/contract';
import { z } from 'zod';

/** What went wrong, where, and what to do about it: the one error that the service answers with. */
export const errorFacts = z.object({
  code: z.templateLiteral([z.string(), '/', z.string()]),
  what: z.string(),
  where: z.string().optional(),
  remedy: z.string().optional(),
  details: z.array(z.string()).readonly().optional(),
  kind: z.enum(['input', 'failure', 'cancelled']).optional(),
});

export type ApiErrorFacts = Readonly<z.infer<typeof errorFacts>>;

/** Every procedure's contract starts here, so that all of them fail in the same, typed way. */
export const procedure = oc.errors({ STOCKPOT: { data: errorFacts } });

export const id = z.int().positive();

/** A measured figure; null where a model has diverged and it is no number. */
export const measured = z.number().nullable();

/**
 * Scores by metric (`metrics.list` says what they are), with a 95 % interval where the metric has one of its own. What is not known
 * is not there; null is of a model that has diverged or of a metric that says nothing of so few classes.
 */
export const figures = z.record(
  z.string(),
  z.object({
    value: z.number().nullable(),
    interval: z.object({ low: z.number(), high: z.number() }).nullable(),
  }),
);

export type Figures = Readonly<z.infer<typeof figures>>;

/** ISO 8601, UTC. */
export const timestamp = z.iso.datetime();

/** A window on a long list. */
export const page = z.object({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(100),
});

/** One window of a list and the length of the whole. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ total: z.int().min(0), rows: z.array(row).readonly() });
}
