import { useEffect, useState } from 'react';
import type { JobEvent } from '../../../preload/contract/jobs.ts';
import { client, connection } from '../../lib/service.ts';
import { afterEvents, type CookingState, NOTHING_YET } from './cooking-state.ts';

/** What happens in a job, as it happens. `attempts`: a job that is resumed is followed anew. */
export function useCooking(jobId: number, attempts: number): CookingState {
  const [state, setState] = useState(NOTHING_YET);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt of the same job is followed anew
  useEffect(() => {
    const controller = new AbortController();
    setState(NOTHING_YET);
    void follow(jobId, controller.signal, setState);
    return () => controller.abort();
  }, [jobId, attempts]);
  return state;
}

type Update = (change: (state: CookingState) => CookingState) => void;

async function follow(jobId: number, signal: AbortSignal, update: Update): Promise<void> {
  const waiting: JobEvent[] = [];
  let isAsked = false;
  // Many steps may come at once; the page is drawn once for all of them.
  const show = (): void => {
    isAsked = false;
    const events = waiting.splice(0);
    if (!signal.aborted) update((state) => afterEvents(state, events));
  };
  try {
    for await (const event of await client.jobs.follow({ id: jobId }, { signal })) {
      waiting.push(event);
      if (!isAsked) {
        isAsked = true;
        requestAnimationFrame(show);
      }
    }
  } catch (thrown) {
    // Left, or the service went away, which the banner says.
    if (connection.state.kind === 'open' && !signal.aborted) throw thrown;
  }
}
