import { type ErrorFacts, factsOf } from '../../errors.ts';
import type { OnProgress, Progress } from '../../progress.ts';
import { streamEvents } from './channel.ts';

/** Progress is told at most this often. */
const PAUSE_MILLISECONDS = 100;

interface Told {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

type WithProgress<Answer> =
  | Answer
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'failed'; readonly error: ErrorFacts };

/**
 * An answer that takes a while: its progress first, then the answer. Ends when `signal` is aborted or nobody listens any more. What
 * goes wrong is the last event: an error inside a stream would reach the caller without its facts.
 */
export async function* withToldProgress<Answer>(
  work: (told: Told) => Promise<Answer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<WithProgress<Answer>> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const events = streamEvents<WithProgress<Answer>, Answer>(
    (send) => {
      let told = 0;
      const onProgress = (progress: Progress): void => {
        if (performance.now() - told < PAUSE_MILLISECONDS) return;
        told = performance.now();
        send({ kind: 'progress', progress });
      };
      return work({ signal: both, onProgress });
    },
    () => stop.abort(),
  );
  try {
    yield yield* events;
  } catch (thrown) {
    if (!both.aborted) yield { kind: 'failed', error: factsOf(thrown) };
  }
}
