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
    /** What follows does not hang on whoever asked: the bar that it is asked from is gone with its runs. */
    async remove(ids: readonly number[]): Promise<void> {
      const { ids: gone } = await remove.mutateAsync({ ids: [...ids] });
      const kept = ids.length - gone.length;
      if (gone.length === 0)
        return tell('Runs that wait or are at work cannot be deleted; cancel them first', 'yellow');
      const rest = kept === 0 ? '' : `; ${formatNumberOf(kept, 'run')} still at work stayed`;
      tellWithUndo(`${formatNumberOf(gone.length, 'run')} deleted${rest}`, () => restore.mutate({ ids: [...gone] }));
    },
  };
}
