import { Text } from '@mantine/core';
import { createColumnHelper, rowSortingFeature, tableFeatures } from '@tanstack/react-table';
import type { RunRow } from '../../../preload/contract/runs.ts';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatAgo, formatCount, formatSeconds } from '../../lib/format.ts';

const STATUS_COLORS = {
  queued: 'gray',
  running: 'indigo',
  done: 'teal',
  failed: 'red',
  cancelled: 'gray',
  interrupted: 'yellow',
} as const;

/** Sorting happens in the database: there may be many thousands of runs. */
export const runFeatures = tableFeatures({ rowSortingFeature });

const helper = createColumnHelper<typeof runFeatures, RunRow>();

export const runColumns = helper.columns([
  helper.accessor('id', { header: 'Run' }),
  helper.accessor('recipe', { header: 'Recipe' }),
  helper.accessor('status', {
    header: 'Status',
    cell: ({ getValue }) => <StatusBadge color={STATUS_COLORS[getValue()]}>{getValue()}</StatusBadge>,
  }),
  helper.accessor('summary', {
    header: 'Outcome',
    enableSorting: false,
    cell: ({ getValue }) => (
      <Text size="sm" c="dimmed" lineClamp={1}>
        {getValue()}
      </Text>
    ),
  }),
  helper.accessor('ingredientCount', {
    header: 'Ingredients',
    enableSorting: false,
    cell: ({ getValue }) => formatCount(getValue()),
  }),
  helper.accessor('seconds', {
    header: 'Time',
    cell: ({ getValue }) => {
      const seconds = getValue();
      return seconds === null ? '' : formatSeconds(seconds);
    },
  }),
  helper.accessor('createdAt', { id: 'created', header: 'Created', cell: ({ getValue }) => formatAgo(getValue()) }),
]);
