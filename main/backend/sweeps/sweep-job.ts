import { z } from 'zod';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import type { Backend } from '../backend.ts';
import { jobKind } from '../jobs/job-kind.ts';

const request = z.object({ projectId: z.int(), sweepId: z.int() });

/** Computes a sweep; resumed, it goes on with the values that are not scored yet. */
export function sweepKind({ sweeps }: Pick<Backend, 'sweeps'>) {
  return jobKind({
    name: 'sweep',
    weight: 'heavy',
    request,
    async perform({ projectId, sweepId }, { signal, onProgress, send, expect }): Promise<JobResult> {
      const result: JobResult = { kind: 'sweep', projectId, sweepId };
      expect(result);
      await sweeps.perform(sweepId, { signal, onProgress, onRemark: (text) => send({ kind: 'log', text }) });
      return result;
    },
  });
}
