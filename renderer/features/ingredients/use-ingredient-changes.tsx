import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tell, tellWithUndo } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

/** What can be done to ingredients from a list; what takes something away can be undone. */
export function useIngredientChanges() {
  const queries = useQueryClient();
  const refresh = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: service.ingredients.key() });
    await queries.invalidateQueries({ queryKey: service.projects.key() });
  };
  const shared = {
    onSuccess: refresh,
    onError: (thrown: unknown) => tell(errorFactsOf(thrown).what, 'red'),
  };
  const tag = useMutation(service.ingredients.tag.mutationOptions(shared));
  const restore = useMutation(service.ingredients.restore.mutationOptions(shared));
  const remove = useMutation(
    service.ingredients.remove.mutationOptions({
      ...shared,
      // Told from here: what asked for it, a drawer or a bar, is gone by then.
      onSuccess: async ({ ids }) => {
        await refresh();
        const what = ids.length === 1 ? 'The ingredient is' : `${formatNumberOf(ids.length, 'ingredient')} are`;
        const files = ids.length === 1 ? 'its file stays where it is' : 'their files stay where they are';
        tellWithUndo(`${what} off the list; ${files}`, () => restore.mutate({ ids: [...ids] }));
      },
    }),
  );
  return {
    tag: (ids: readonly number[], add: readonly string[], taken: readonly string[]) =>
      tag.mutate({ ids: [...ids], add: [...add], remove: [...taken] }),
    remove: (ids: readonly number[]) => remove.mutate({ ids: [...ids] }),
  };
}
