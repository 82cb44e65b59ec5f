import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { tell } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';

/** Opens the sample project, which is brought in when it is not there. */
export function useSample(): { readonly open: () => void; readonly isPending: boolean } {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation(
    service.projects.sample.mutationOptions({
      onSuccess: async ({ id }) => {
        // The list behind is brought up to date while the overview opens.
        void queries.invalidateQueries({ queryKey: service.projects.key() });
        await navigate({ to: '/projects/$projectId', params: { projectId: String(id) } });
      },
      onError: (thrown) => tell(errorFactsOf(thrown).what, 'red'),
    }),
  );
  return { open: () => mutate({}), isPending };
}
