import type { IngredientsComparison, IngredientsComparisonEvent } from '../../../preload/contract/ingredients.ts';
import { withToldProgress } from '../jobs/told-progress.ts';
import { checkHeaders, type FileToCheck } from './check/headers.ts';
import { checkValues, type ValueCheck } from './check/values.ts';

/**
 * Reads files and says how alike they are, tensor by tensor, and which share an ancestor; ends when `signal` is aborted or nobody
 * listens any more.
 */
export function compareFiles(
  files: readonly (FileToCheck & { readonly name: string })[],
  signal: AbortSignal | undefined,
): AsyncGenerator<IngredientsComparisonEvent> {
  return withToldProgress(async (told) => {
    // Names are compared without the wrappers that the first file does not have, as they would be merged.
    const headers = (await checkHeaders({ files, signal: told.signal })).files;
    const read = files.map((file, index) => ({ ...file, reading: headers[index]!.reading ?? file.reading }));
    return { kind: 'compared' as const, comparison: comparisonOf(await checkValues(read, told)) };
  }, signal);
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
