import type { z } from 'zod';
import type { JobEvent, JobResult } from '../../../preload/contract/jobs.ts';
import type { OnProgress } from '../../progress.ts';

/** Something that happens while a job runs; kept with it. */
export type Happening = JobEvent['event'];

/** What a job's work is given. */
export interface JobContext {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly send: (event: Happening) => void;
  /** Says where the outcome will be seen before it is there. */
  readonly expect: (result: JobResult) => void;
  /** What an earlier attempt said about the outcome. Kept in the database: it outlives the process. */
  readonly expected: JobResult | null;
}

/**
 * A kind of long work. Its request is plain data that is kept in the database, so that the work can be done again after its
 * process died: whatever has been finished by then must be found and not done twice.
 */
export interface JobKind<Request = unknown> {
  /** The word for machines: `cook`. */
  readonly name: string;
  /** `heavy` work has the engines to itself; `light` work may run beside it. */
  readonly weight: 'heavy' | 'light';
  readonly request: z.ZodType<Request>;
  readonly perform: (request: Request, context: JobContext) => Promise<JobResult | null>;
}

/** Forgets the request's type, which the kind checks by itself. */
export function jobKind<Request>(kind: JobKind<Request>): JobKind {
  return { ...kind, perform: (request, context) => kind.perform(kind.request.parse(request), context) };
}
