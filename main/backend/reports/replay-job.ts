import { z } from 'zod';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import type { Backend } from '../backend.ts';
import { jobKind } from '../jobs/job-kind.ts';
import type { Replay } from '../runs/replay.ts';

const request = z.object({ runId: z.int() });

/** Computes a run once more and says whether the same came out. */
export function replayKind({ runs }: Pick<Backend, 'runs'>) {
  return jobKind({
    name: 'replay',
    weight: 'heavy',
    request,
    async perform({ runId }, { signal, onProgress, expect, send }): Promise<JobResult> {
      const { projectId } = runs.get(runId).run;
      expect({ kind: 'replay', projectId, runId, same: null });
      const replay = await runs.replay(runId, { signal, onProgress });
      send({ kind: 'log', text: outcomeOf(replay) });
      return { kind: 'replay', projectId, runId, same: isSame(replay) };
    },
  });
}

function isSame({ steps, coefficients, scores }: Replay): boolean {
  return steps.same && coefficients.differing === 0 && scores.differing === 0;
}

function outcomeOf(replay: Replay): string {
  const { coefficients, scores } = replay;
  if (isSame(replay))
    return `All ${coefficients.total} coefficients and ${scores.total} scores are the same, bit for bit`;
  return `${coefficients.differing} of ${coefficients.total} coefficients and ${scores.differing} of ${scores.total} scores differ`;
}
