import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { Chart } from '../../charts/chart.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { balanceChart, balanceRemark } from './balance-chart.ts';
import { balanceQuestion } from './data-questions.ts';

export function ClassBalance({ split }: { readonly split: SplitRow }) {
  const query = useQuery(balanceQuestion(split));
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
