import { ActionIcon, Anchor, Group, Table, Text, Title, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RunRow } from '../../../preload/contract/runs.ts';
import { QueryState } from '../../components/query-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatAgo } from '../../lib/format.ts';
import { recentRunsQuestion } from './overview-questions.ts';

const STATUS_COLORS = {
  queued: 'gray',
  running: 'indigo',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'yellow',
} as const;

/** The latest few, and the way to all of them. */
export function RecentRuns({ projectId }: { readonly projectId: number }) {
  const query = useQuery(recentRunsQuestion(projectId));
  return (
    <section aria-labelledby="recent-runs">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="recent-runs">
          Recent runs
        </Title>
        {(query.data?.total ?? 0) > 0 && (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/projects/$projectId/runs" params={{ projectId: String(projectId) }} search={{}} {...props} />
            )}
          >
            {`All ${query.data?.total.toLocaleString('en')}`}
          </Anchor>
        )}
      </Group>
      <QueryState query={query} what="runs">
        {({ rows }) =>
          rows.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing has been cooked yet. A run is one cooking: its recipe, what it tried, and how good the soup is.
            </Text>
          ) : (
            <RunsList rows={rows} />
          )
        }
      </QueryState>
    </section>
  );
}

function RunsList({ rows }: { readonly rows: readonly RunRow[] }) {
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label="Recent runs" verticalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Run</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th ta="right">Selection</Table.Th>
            <Table.Th ta="right">When</Table.Th>
            <Table.Th w={40}>
              <VisuallyHidden>What can be done with it</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Anchor
                  size="sm"
                  fw={500}
                  renderRoot={(props) => (
                    <Link
                      to="/projects/$projectId/runs/$runId"
                      params={{ projectId: String(run.projectId), runId: String(run.id) }}
                      search={{}}
                      {...props}
                    />
                  )}
                >
                  {run.id} {run.recipe}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <StatusBadge color={STATUS_COLORS[run.status]}>{run.status}</StatusBadge>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" lineClamp={1} title={run.summary ?? ''}>
                  {run.summary}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className="numeric">
                {percent(run.values.selection)}
              </Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                {formatAgo(run.finishedAt ?? run.createdAt)}
              </Table.Td>
              <Table.Td>
                <CookAgain run={run} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** To the kitchen with this run's recipe, to be changed there. */
function CookAgain({ run }: { readonly run: RunRow }) {
  return (
    <Tooltip label="Cook again with other settings">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Cook run ${run.id} again…`}
        renderRoot={(props) => (
          <Link
            to="/projects/$projectId/kitchen"
            params={{ projectId: String(run.projectId) }}
            search={{ from: run.id }}
            {...props}
          />
        )}
      >
        <IconRefresh size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function percent(share: number | string | undefined): string {
  return typeof share === 'number' ? `${(100 * share).toFixed(2)} %` : '';
}
