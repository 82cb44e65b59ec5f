import { useMutation, useQueryClient } from '@tanstack/react-query';
import { tell, tellWithUndo } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';

/** What can be done to runs from a list; what takes something away can be undone. */
export function useRunChanges() {
  const queries = useQueryClient();
  const refresh = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: service.runs.key() });
    await queries.invalidateQueries({ queryKey: service.projects.key() });
  };
  const shared = {
    onSuccess: refresh,
    onError: (thrown: unknown) => tell(errorFactsOf(thrown).what, 'red'),
  };
  const tag = useMutation(service.runs.tag.mutationOptions(shared));
  const note = useMutation(service.runs.note.mutationOptions(shared));
  const restore = useMutation(service.runs.restore.mutationOptions(shared));
  const remove = useMutation(service.runs.remove.mutationOptions(shared));
  return {
    tag: (ids: readonly number[], add: readonly string[], taken: readonly string[]) =>
      tag.mutateAsync({ ids: [...ids], add: [...add], remove: [...taken] }),
    note: (id: number, notes: string) => note.mutateAsync({ id, notes }),
    remove: (ids: readonly number[]) =>
      remove.mutate(
        { ids: [...ids] },
        {
          onSuccess: ({ ids: gone }) => {
            const kept = ids.length - gone.length;
            const rest = kept === 0 ? '' : `; ${formatNumberOf(kept, 'run')} still at work stayed`;
            if (gone.length === 0) tell('Runs that wait or are at work cannot be deleted; cancel them first', 'yellow');
            else {
              tellWithUndo(`${formatNumberOf(gone.length, 'run')} deleted${rest}`, () =>
                restore.mutate({ ids: [...gone] }),
              );
            }
          },
        },
      ),
  };
}
