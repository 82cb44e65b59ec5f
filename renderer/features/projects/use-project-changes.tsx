import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ProjectSummary } from '../../../preload/contract/projects.ts';
import { tell, tellWithUndo } from '../../components/tell.tsx';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { service } from '../../lib/service.ts';

/** What can be done to a project from a list: each change shows at once, and can be undone where it takes something away. */
export function useProjectChanges() {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const queries = useQueryClient();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: service.projects.key() });
  const shared = { onSuccess: refresh, onError: (thrown: unknown) => tell(errorFactsOf(thrown).what, 'red') };
  const archive = useMutation(service.projects.archive.mutationOptions(shared));
  const restore = useMutation(service.projects.restore.mutationOptions(shared));
  const remove = useMutation(service.projects.remove.mutationOptions(shared));
  const duplicate = useMutation(service.projects.duplicate.mutationOptions(shared));
  return {
    duplicate(project: ProjectSummary) {
      duplicate.mutate(
        { id: project.id },
        {
          onSuccess: (copy) =>
            tellWithUndo(`“${copy.name}” is a copy of “${project.name}”`, () => remove.mutate({ id: copy.id })),
        },
      );
    },
    archive(project: ProjectSummary, archived: boolean) {
      archive.mutate(
        { id: project.id, archived },
        {
          onSuccess: () =>
            tellWithUndo(archived ? `“${project.name}” is archived` : `“${project.name}” is current again`, () =>
              archive.mutate({ id: project.id, archived: !archived }),
            ),
        },
      );
    },
    remove(project: ProjectSummary) {
      remove.mutate(
        { id: project.id },
        {
          onSuccess: () => {
            tellWithUndo(`“${project.name}” is deleted`, () => restore.mutate({ id: project.id }));
            if (projectId === String(project.id)) void navigate({ to: '/', search: {} });
          },
        },
      );
    },
  };
}
