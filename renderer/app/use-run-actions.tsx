import type { SpotlightActionData } from '@mantine/spotlight';
import { IconToolsKitchen2 } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { service } from '../lib/service.ts';

/** Further back, a run is found by its number. */
const MOST_RECENT = 100;

/** Runs of the project at hand by number, recipe, tags and what came out; asked for while somebody looks. */
export function useRunActions(query: string, isOpen: boolean): SpotlightActionData[] {
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const number = /^(?:run\s*)?(\d+)$/i.exec(query.trim())?.[1];
  const { data } = useQuery(
    service.runs.list.queryOptions({
      input: {
        projectId: Number(projectId),
        limit: MOST_RECENT,
        ...(number === undefined ? {} : { where: `id = ${number}` }),
      },
      enabled: isOpen && projectId !== undefined,
      placeholderData: keepPreviousData,
    }),
  );
  if (projectId === undefined || !isOpen) return [];
  return (data?.rows ?? []).map((run) => ({
    id: `run-${run.id}`,
    label: `Run ${run.id} ${run.recipe}`,
    description: run.summary ?? run.status,
    keywords: [...run.tags, run.status],
    leftSection: <IconToolsKitchen2 size={18} stroke={1.7} />,
    onClick: () =>
      void navigate({
        to: '/projects/$projectId/runs/$runId',
        params: { projectId, runId: String(run.id) },
        search: {},
      }),
  }));
}
