import { ActionIcon, Anchor, Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconPinFilled, IconScale } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { RunColumn, RunRow } from '../../../preload/contract/runs.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatMoment } from '../../lib/format.ts';
import { deltaOf, formatValue, runValue } from './run-values.ts';

const STATUS_COLORS = {
  queued: 'gray',
  running: 'indigo',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'yellow',
} as const;

interface RunCellProps {
  readonly row: RunRow;
  readonly column: RunColumn;
  readonly base: RunRow | undefined;
  /** The one run that is chosen: any other is one click from being compared with it. */
  readonly chosen?: number | undefined;
}

/** A run's value in a column, with its distance from the baseline where there is one. */
export function RunCell({ row, column, base, chosen }: RunCellProps) {
  const { id, kind } = column;
  if (id === 'id') return <RunLink row={row} isBase={base?.id === row.id} chosen={chosen} />;
  if (id === 'status') return <StatusBadge color={STATUS_COLORS[row.status]}>{row.status}</StatusBadge>;
  const value = runValue(row, id);
  if (kind === 'tags') {
    return (
      <Group gap={4} wrap="nowrap">
        {row.tags.map((tag) => (
          <Badge key={tag} variant="default" size="sm" tt="none" fw={500} miw="max-content">
            {tag}
          </Badge>
        ))}
      </Group>
    );
  }
  const text = formatValue(value, kind);
  if (kind === 'moment' && typeof value === 'string') {
    return (
      <time dateTime={value} title={formatMoment(value)}>
        {text}
      </time>
    );
  }
  const delta = base === undefined || base.id === row.id ? undefined : deltaOf(value, runValue(base, id), column);
  if (delta === undefined) return <span title={kind === 'text' ? text : undefined}>{text}</span>;
  return (
    <>
      {text}{' '}
      <Text
        span
        size="xs"
        c={delta.better === null ? 'dimmed' : `var(--stockpot-${delta.better ? 'better' : 'worse'})`}
      >
        {delta.text}
      </Text>
    </>
  );
}

interface RunLinkProps {
  readonly row: RunRow;
  readonly isBase: boolean;
  readonly chosen: number | undefined;
}

function RunLink({ row, isBase, chosen }: RunLinkProps) {
  return (
    <Group gap={6} wrap="nowrap">
      <Anchor
        size="sm"
        fw={600}
        renderRoot={(props) => (
          <Link
            to="/projects/$projectId/runs/$runId"
            params={{ projectId: String(row.projectId), runId: String(row.id) }}
            search={{}}
            {...props}
          />
        )}
      >
        {row.id}
      </Anchor>
      {chosen !== undefined && chosen !== row.id && row.status === 'done' && (
        <Tooltip label={`What differs from run ${chosen}`}>
          <ActionIcon
            size="xs"
            variant="subtle"
            aria-label={`Compare run ${row.id} with run ${chosen}`}
            renderRoot={(props) => (
              <Link
                to="/projects/$projectId/compare"
                params={{ projectId: String(row.projectId) }}
                search={{ subjects: `run:${chosen},run:${row.id}`, base: `run:${chosen}` }}
                {...props}
              />
            )}
          >
            <IconScale size={14} />
          </ActionIcon>
        </Tooltip>
      )}
      {isBase && <IconPinFilled size={14} role="img" aria-label="baseline" />}
    </Group>
  );
}
