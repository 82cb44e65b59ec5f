import { Anchor, Badge, Group, Text, Tooltip } from '@mantine/core';
import { IconPinFilled } from '@tabler/icons-react';
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
}

/** A run's value in a column, with its distance from the baseline where there is one. */
export function RunCell({ row, column: { id, kind }, base }: RunCellProps) {
  if (id === 'id') return <RunLink row={row} isBase={base?.id === row.id} />;
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
      <Tooltip label={formatMoment(value)}>
        <span>{text}</span>
      </Tooltip>
    );
  }
  const delta = base === undefined || base.id === row.id ? undefined : deltaOf(value, runValue(base, id), kind);
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

function RunLink({ row, isBase }: { readonly row: RunRow; readonly isBase: boolean }) {
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
      {isBase && <IconPinFilled size={14} role="img" aria-label="baseline" />}
    </Group>
  );
}
