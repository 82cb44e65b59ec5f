import type { IngredientsComparison, IngredientsComparisonEvent } from '../../../preload/contract/ingredients.ts';
import { factsOf } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { streamEvents } from '../jobs/channel.ts';
import { checkHeaders, type FileToCheck } from './check/headers.ts';
import { checkValues, type ValueCheck } from './check/values.ts';

/** Progress is told at most this often. */
const PAUSE_MILLISECONDS = 100;

/**
 * Reads files and says how alike they are, tensor by tensor, and which share an ancestor; ends when `signal` is aborted or nobody
 * listens any more. What goes wrong is its last event: an error inside a stream would reach the caller without its facts.
 */
export async function* compareFiles(
  files: readonly (FileToCheck & { readonly name: string })[],
  signal: AbortSignal | undefined,
): AsyncGenerator<IngredientsComparisonEvent> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  try {
    const comparison = yield* compared(files, both, stop);
    yield { kind: 'compared', comparison };
  } catch (thrown) {
    if (!both.aborted) yield { kind: 'failed', error: factsOf(thrown) };
  }
}

function compared(
  files: Parameters<typeof compareFiles>[0],
  signal: AbortSignal,
  stop: AbortController,
): AsyncGenerator<IngredientsComparisonEvent, IngredientsComparison> {
  return streamEvents<IngredientsComparisonEvent, IngredientsComparison>(
    async (send) => {
      let told = 0;
      const onProgress = (progress: Progress): void => {
        if (performance.now() - told < PAUSE_MILLISECONDS) return;
        told = performance.now();
        send({ kind: 'progress', progress });
      };
      // Names are compared without the wrappers that the first file does not have, as they would be merged.
      const headers = (await checkHeaders({ files, signal })).files;
      const read = files.map((file, index) => ({ ...file, reading: headers[index]!.reading ?? file.reading }));
      return comparisonOf(await checkValues(read, { signal, onProgress }));
    },
    () => stop.abort(),
  );
}

/** Numbers that JSON has no word for are null. */
function comparisonOf({ comparison, hashes, duplicates }: ValueCheck): IngredientsComparison {
  const { names, tensors, pairs, groups, sentences } = comparison;
  return {
    names,
    hashes,
    duplicates,
    sentences,
    groups: groups.map(({ members, others }) => ({ members, others: others ?? null })),
    tensors: tensors.map(({ name }) => name),
    pairs: pairs.map(({ a, b, verdict, judged, related, tensors: compared }) => {
      const cosines = new Map(compared.map(({ name, cosine }) => [name, cosine ?? null]));
      return { a, b, verdict, judged, related, cosines: tensors.map(({ name }) => cosines.get(name) ?? null) };
    }),
  };
}
