import { useMantineColorScheme } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { tell } from '../components/tell.tsx';
import { useProjectChanges } from '../features/projects/use-project-changes.tsx';
import { useSample } from '../features/projects/use-sample.ts';
import { errorFactsOf } from '../lib/error-facts.ts';
import { service } from '../lib/service.ts';
import type { Command } from './actions.ts';

interface Openers {
  readonly onJobs: () => void;
  readonly onHelp: () => void;
}

/** What each command does; those for a project do it to the one at hand. */
export function useCommands({ onJobs, onHelp }: Openers): Readonly<Record<Command, () => void>> {
  const { projectId } = useParams({ strict: false });
  const { data: projects = [] } = useQuery(service.projects.list.queryOptions());
  const project = projects.find(({ id }) => String(id) === projectId);
  const sample = useSample();
  const changes = useProjectChanges();
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const backUp = useMutation(
    service.system.backUp.mutationOptions({
      onSuccess: async () => {
        tell('The database is backed up', 'teal');
        await queries.invalidateQueries({ queryKey: service.system.key() });
      },
      onError: (thrown) => tell(errorFactsOf(thrown).what, 'red'),
    }),
  );
  return {
    sample: sample.open,
    jobs: onJobs,
    shortcuts: onHelp,
    light: () => setColorScheme('light'),
    dark: () => setColorScheme('dark'),
    auto: () => setColorScheme('auto'),
    'back-up': () => backUp.mutate({}),
    duplicate: () => project !== undefined && changes.duplicate(project),
    archive: () => project !== undefined && changes.archive(project, project.archivedAt === null),
    delete: () => project !== undefined && changes.remove(project),
  };
}
