import type { SpotlightActionData } from '@mantine/spotlight';
import { IconBookmark } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { service } from '../../lib/service.ts';
import { validateRunsSearch } from './runs-search.ts';

/** The saved views of the project at hand, for the command palette. */
export function useViewActions(): SpotlightActionData[] {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const { data: views = [] } = useQuery(
    service.runs.views.queryOptions({ input: { projectId: Number(projectId) }, enabled: projectId !== undefined }),
  );
  if (projectId === undefined) return [];
  return views.map(({ id, name, search }) => ({
    id: `view-${id}`,
    label: name,
    description: 'view of runs',
    leftSection: <IconBookmark size={18} stroke={1.7} />,
    onClick: () =>
      void navigate({ to: '/projects/$projectId/runs', params: { projectId }, search: validateRunsSearch(search) }),
  }));
}
