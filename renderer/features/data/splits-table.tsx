import { ActionIcon, Badge, Table, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { errorFactsOf } from '../../lib/error-facts.ts';
import { formatCount, formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import classes from './data.module.css';
import { ROLE_COLORS, ROLE_MEANINGS } from './roles.ts';

interface SplitsTableProps {
  readonly splits: readonly SplitRow[];
  readonly chosen: number;
  readonly onChoose: (id: number) => void;
  readonly onRemoved: () => void;
}

/** Every split, what it is for and where it comes from. */
export function SplitsTable({ splits, chosen, onChoose, onRemoved }: SplitsTableProps) {
  const queries = useQueryClient();
  const remove = useMutation(
    service.datasets.remove.mutationOptions({
      onSuccess: async () => {
        onRemoved();
        await queries.invalidateQueries({ queryKey: service.datasets.key() });
      },
      onError: (thrown) => {
        const { what, remedy } = errorFactsOf(thrown);
        notifications.show({ color: 'red', message: remedy === undefined ? what : `${what}. ${remedy}` });
      },
    }),
  );
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table aria-label="Splits" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Role</Table.Th>
            <Table.Th>Name</Table.Th>
            <Table.Th>Source</Table.Th>
            <Table.Th ta="right">Samples</Table.Th>
            <Table.Th ta="right">Classes</Table.Th>
            <Table.Th ta="right">Shape</Table.Th>
            <Table.Th ta="right">Runs</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {splits.map((split) => (
            <Table.Tr key={split.id} className={classes.row} data-chosen={split.id === chosen || undefined}>
              <Table.Td>
                <Tooltip label={ROLE_MEANINGS[split.role]} multiline maw={300}>
                  <Badge variant="light" color={ROLE_COLORS[split.role]} tt="none" miw="max-content">
                    {split.role}
                  </Badge>
                </Tooltip>
              </Table.Td>
              <Table.Td>
                <button
                  type="button"
                  className={classes.name}
                  aria-current={split.id === chosen}
                  onClick={() => onChoose(split.id)}
                >
                  {split.name}
                </button>
              </Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {split.description}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className="numeric">
                {formatCount(split.sampleCount)}
              </Table.Td>
              <Table.Td ta="right" className="numeric">
                {formatCount(split.classCount)}
              </Table.Td>
              <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
                {split.sampleShape.join(' × ')}
              </Table.Td>
              <Table.Td ta="right" className="numeric">
                {formatCount(split.runCount)}
              </Table.Td>
              <Table.Td ta="right">
                <Tooltip
                  label={
                    split.runCount === 0
                      ? 'Remove'
                      : `${formatNumberOf(split.runCount, 'run')} rest on it: it has to stay`
                  }
                >
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove ${split.name}`}
                    disabled={split.runCount > 0}
                    onClick={() => remove.mutate({ id: split.id })}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Tooltip>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
