import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { Chart } from '../../charts/chart.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { service } from '../../lib/service.ts';
import { balanceChart, balanceRemark } from './balance-chart.ts';

export function ClassBalance({ split }: { readonly split: SplitRow }) {
  const query = useQuery(service.datasets.balance.queryOptions({ input: { splitId: split.id } }));
  return (
    <QueryState query={query} what="the class balance">
      {({ counts }) => (
        <div>
          <Chart data={balanceChart(counts, split.name)} height={240} />
          <Text size="sm" c="dimmed">
            {balanceRemark(counts)}
          </Text>
        </div>
      )}
    </QueryState>
  );
}
