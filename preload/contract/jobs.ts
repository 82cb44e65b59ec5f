import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { errorFacts, id, measured, procedure, timestamp } from './base.ts';

/** `interrupted`: its process died. That, what is paused, what failed and what was cancelled can be resumed: it continues from what is done. */
const jobState = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']);

export const progress = z.object({
  stage: z.string(),
  done: z.number(),
  total: z.number(),
  unit: z.string(),
  /** The same of all stages together; `atMost`: the total is a bound. */
  whole: z.object({ done: z.number(), total: z.number(), atMost: z.boolean() }).optional(),
  figures: z.record(z.string(), z.number()).optional(),
});

/** Errors of the one rounding to the written type, against what averaging changed. */
const rounding = z.object({
  elements: z.int(),
  largestError: z.number(),
  meanError: z.number(),
  /** Mean |soup − heaviest ingredient| before rounding. */
  meanDifference: z.number(),
  /** Elements that became infinite. */
  overflowed: z.int(),
  /** The tensor with the largest error. */
  worst: z.string(),
});

/** Where the outcome of a job is to be seen; known while it runs where that is possible. */
const jobResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), projectId: id, runId: id }),
  z.object({ kind: z.literal('ingredients'), projectId: id, ids: z.array(id).readonly() }),
  z.object({ kind: z.literal('splits'), projectId: id, ids: z.array(id).readonly() }),
  z.object({
    kind: z.literal('export'),
    projectId: id,
    runId: id,
    exportId: id,
    path: z.string(),
    /** What writing in the chosen type cost; absent where nothing was rounded. */
    rounding: rounding.optional(),
  }),
  /** `same`: every figure came out again, to the last bit; null until that is known. */
  z.object({ kind: z.literal('replay'), projectId: id, runId: id, same: z.boolean().nullable() }),
  z.object({ kind: z.literal('sweep'), projectId: id, sweepId: id }),
  z.object({ kind: z.literal('project'), projectId: id }),
  /** `missing`: names of ingredients whose files were not there to be taken along. */
  z.object({
    kind: z.literal('project-file'),
    projectId: id,
    path: z.string(),
    missing: z.array(z.string()).readonly(),
  }),
  z.object({
    kind: z.literal('verification'),
    path: z.string(),
    runId: id.nullable(),
    /** Every bit as its ingredients and coefficients make it. */
    identical: z.boolean(),
    /** What differs, tensor by tensor. */
    differences: z.array(z.string()).readonly(),
    tensorCount: z.int(),
  }),
]);

export type JobResult = Readonly<z.infer<typeof jobResult>>;

const job = z.object({
  id,
  /** For machines: `cook`, `train`, `import`, … */
  kind: z.string(),
  /** The same for people: `Cook greedy soup of 5 ingredients`. */
  title: z.string(),
  projectId: id.nullable(),
  state: jobState,
  progress: progress.nullable(),
  /** Of the whole job where its progress tells that, else of the present stage; null where nothing can be said yet. */
  secondsLeft: z.number().nullable(),
  error: errorFacts.nullable(),
  result: jobResult.nullable(),
  /** How often it was started. */
  attempts: z.int(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  finishedAt: timestamp.nullable(),
});

export type Job = Readonly<z.infer<typeof job>>;

const score = z.object({
  correct: z.int(),
  total: z.int(),
  accuracy: z.number(),
  loss: measured,
  /** What decided, where that was not the accuracy: a metric by its id, and its value. */
  decisive: z.object({ metric: z.string(), value: measured }).optional(),
});

/** As far as a candidate went that could no longer win: `seen` of `total` samples, and at most so many correct. It has no accuracy. */
const partialScore = z.object({ seen: z.int(), total: z.int(), atMost: z.int() });

const triedScore = z.union([score, partialScore]);

export type TriedScore = Readonly<z.infer<typeof triedScore>>;

/** One step of a recipe. */
export const traceStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ingredient-scored'), ingredient: z.string(), score }),
  z.object({ kind: z.literal('started'), ingredient: z.string(), score }),
  z.object({ kind: z.literal('candidate-scored'), round: z.int(), ingredient: z.string(), score: triedScore }),
  z.object({ kind: z.literal('accepted'), round: z.int(), ingredient: z.string(), score }),
  z.object({ kind: z.literal('rejected'), round: z.int(), ingredient: z.string(), score: triedScore }),
  z.object({
    kind: z.literal('trial'),
    round: z.int(),
    /** `without m3`, `group conv`, `α = 0.4` */
    what: z.string(),
    fate: z.enum(['kept', 'dropped', 'tried']),
    score: triedScore,
  }),
  z.object({
    kind: z.literal('epoch'),
    epoch: z.int(),
    of: z.int(),
    /** Mean on what is learned from. */
    loss: measured,
    score: score.optional(),
    /** Better than every epoch before. */
    best: z.boolean(),
  }),
  z.object({ kind: z.literal('remark'), text: z.string() }),
  z.object({ kind: z.literal('stopped'), reason: z.string() }),
]);

export type JobTraceStep = Readonly<z.infer<typeof traceStep>>;

export const epochReport = z.object({
  epoch: z.int(),
  trainLoss: measured,
  selectionAccuracy: z.number(),
  selectionLoss: measured,
  learningRate: z.number(),
  seconds: z.number(),
});

export type EpochReport = Readonly<z.infer<typeof epochReport>>;

const happening = z.discriminatedUnion('kind', [
  /** A line for people. */
  z.object({ kind: z.literal('log'), text: z.string() }),
  /** It begins, for the n-th time: traces and epochs of earlier attempts no longer count. */
  z.object({ kind: z.literal('attempt'), attempt: z.int() }),
  z.object({ kind: z.literal('trace'), step: traceStep }),
  z.object({ kind: z.literal('epoch'), ingredient: z.string(), epochs: z.int(), report: epochReport }),
  z.object({
    kind: z.literal('soup'),
    summary: z.string(),
    used: z.array(z.string()).readonly(),
    /** Names of all ingredients, in the order of the weights. */
    ingredients: z.array(z.string()).readonly(),
    groups: z.array(z.object({ name: z.string(), weights: z.array(z.number()).readonly() })).readonly(),
  }),
  z.object({ kind: z.literal('evaluated'), row: z.string(), label: z.string(), split: z.string(), score }),
]);

/** Something that happened while a job ran; kept with it, in order. */
const jobEvent = z.object({ ordinal: z.int(), at: timestamp, event: happening });

/** A job as it is now, or that it was taken off the list. */
const jobNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('job'), job }),
  z.object({ kind: z.literal('removed'), id }),
]);

export type JobEvent = Readonly<z.infer<typeof jobEvent>>;

export const jobs = {
  /** Oldest first. */
  list: procedure.output(z.array(job).readonly()),
  get: procedure.input(z.object({ id })).output(job),
  /** All jobs at once, then each one again whenever it changes (progress at most ten times a second), until the caller leaves. */
  watch: procedure.output(eventIterator(jobNews)),
  /** Everything that has happened so far in a job. */
  events: procedure.input(z.object({ id })).output(z.array(jobEvent).readonly()),
  /** The same, then what happens from now on, until the job has ended or the caller leaves. */
  follow: procedure.input(z.object({ id })).output(eventIterator(jobEvent)),
  /** Ends it and frees its engine; what was finished stays. One that has ended stays as it is. */
  cancel: procedure.input(z.object({ id })).output(job),
  /** Lets go of the engine and waits to be resumed. */
  pause: procedure.input(z.object({ id })).output(job),
  /** Queues a job again that is paused, interrupted, cancelled or failed: it continues from what is done. */
  resume: procedure.input(z.object({ id })).output(job),
  /** Takes jobs that have ended, or one of them, off the list. */
  clear: procedure.input(z.object({ id }).optional()).output(z.object({ removed: z.int() })),
};
