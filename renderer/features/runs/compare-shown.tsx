import { Button } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatNumberOf } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import type { ColumnOrder } from './runs-search.ts';

/** More are not told apart in one comparison. */
export const MOST_COMPARED = 50;

interface CompareShownProps {
  readonly projectId: number;
  readonly where: string;
  readonly sort: readonly ColumnOrder[];
  readonly base: number | undefined;
}

/** Compares all runs that the filter leaves, where they are few enough. */
export function CompareShown({ projectId, where, sort, base }: CompareShownProps) {
  const { data } = useQuery(
    service.runs.list.queryOptions({ input: { projectId, where, sort: [...sort], limit: MOST_COMPARED } }),
  );
  if (data === undefined || data.total < 2 || data.total > MOST_COMPARED) return null;
  const subjects = data.rows.map(({ id }) => `run:${id}`).join(',');
  return (
    <Button
      variant="default"
      leftSection={<IconScale size={16} />}
      renderRoot={(props) => (
        <Link
          to="/projects/$projectId/compare"
          params={{ projectId: String(projectId) }}
          search={{ subjects, ...(base === undefined ? {} : { base: `run:${base}` }) }}
          {...props}
        />
      )}
    >
      Compare {formatNumberOf(data.total, 'run')}
    </Button>
  );
}
