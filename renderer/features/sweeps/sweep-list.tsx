import { ActionIcon, Anchor, Group, Text, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ListedSweep } from '../../../preload/contract/sweeps.ts';
import { tellWithUndo } from '../../components/tell.tsx';
import { formatAgo, formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import classes from './sweeps.module.css';

/** The project's sweeps, newest first; nothing while there are none. */
export function SweepList({ projectId }: { readonly projectId: number }) {
  const queries = useQueryClient();
  const { data: sweeps = [] } = useQuery(service.sweeps.list.queryOptions({ input: { projectId } }));
  const shared = { onSuccess: () => queries.invalidateQueries({ queryKey: service.sweeps.key() }) };
  const remove = useMutation(service.sweeps.remove.mutationOptions(shared));
  const restore = useMutation(service.sweeps.restore.mutationOptions(shared));
  if (sweeps.length === 0) return null;
  return (
    <section aria-labelledby="sweeps">
      <Title order={2} id="sweeps" mb={6}>
        Sweeps
      </Title>
      <ul className={classes.list}>
        {sweeps.map((sweep) => (
          <li key={sweep.id}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <div className={classes.facts}>
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link
                      to="/projects/$projectId/kitchen"
                      params={{ projectId: String(projectId) }}
                      search={{ sweep: sweep.id }}
                      {...props}
                    />
                  )}
                >
                  {sweep.title}
                </Anchor>
                <Text size="xs" c="dimmed" className="numeric">
                  {countOf(sweep)}, {formatAgo(sweep.createdAt)}
                </Text>
              </div>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Delete the sweep ${sweep.title}`}
                onClick={() => {
                  remove.mutate({ id: sweep.id });
                  tellWithUndo(`The sweep “${sweep.title}” is deleted`, () => restore.mutate({ id: sweep.id }));
                }}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Group>
          </li>
        ))}
      </ul>
    </section>
  );
}

function countOf({ axes, scored, total, finishedAt }: ListedSweep): string {
  const all = `${formatCount(total)} ${axes.length === 1 ? 'values' : 'combinations'}`;
  return finishedAt === null ? `${formatCount(scored)} of ${all}` : all;
}
