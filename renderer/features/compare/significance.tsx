import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CompareSet, CompareSubject, PairedResult } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { Chart } from '../../charts/chart.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatCount } from '../../lib/format.ts';
import { formatDifference, formatStep } from '../../lib/metric-format.ts';
import { differenceBars } from './compare-charts.ts';
import { pairedQuestion } from './compare-questions.ts';
import { formatP } from './compared-values.ts';
import { SubjectMark } from './subject-mark.tsx';

interface SignificanceProps {
  readonly projectId: number;
  readonly subjects: readonly CompareSubject[];
  readonly baseline: CompareSubject;
  readonly set: CompareSet;
  readonly metric: Metric;
  readonly emphasis: string | undefined;
}

/** Each subject against the baseline, example by example: how much, how sure. */
export function Significance({ projectId, subjects, baseline, set, metric, emphasis }: SignificanceProps) {
  const query = useQuery(pairedQuestion({ projectId, subjects, baseline, setId: set.id, metric }));
  return (
    <QueryState query={query} what="paired tests">
      {(pairs) => (
        <Stack gap="sm">
          <Chart
            data={differenceBars(subjects, pairs, { baseline: baseline.label, set: set.name, metric })}
            height={Math.max(200, 76 + 36 * pairs.length)}
            emphasis={emphasis}
          />
          <Pairs pairs={pairs} subjects={subjects} baseline={baseline} metric={metric} />
          <Text size="sm" c="dimmed">
            On the {formatCount(set.sampleCount)} samples of {set.name}, all seen by both. {TESTS[metric.test]}{' '}
            Intervals are 95 %, by paired bootstrap.
            {pairs.length > 1 &&
              ` Of many comparisons some look significant by chance alone: the verdict goes by p adjusted for all ${pairs.length} (Holm).`}
          </Text>
        </Stack>
      )}
    </QueryState>
  );
}

const TESTS = {
  mcnemar: 'p is of McNemar’s exact test on the samples that only one of the two gets right.',
  bootstrap: 'p is of the paired bootstrap: how rarely resampled test sets turn the difference around.',
} as const;

const COLORS = { better: 'teal', worse: 'red', undecided: 'gray' } as const;

interface PairsProps {
  readonly pairs: readonly PairedResult[];
  readonly subjects: readonly CompareSubject[];
  readonly baseline: CompareSubject;
  readonly metric: Metric;
}

function Pairs({ pairs, subjects, baseline, metric }: PairsProps) {
  return (
    <Table.ScrollContainer minWidth={820} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={`Paired tests against ${baseline.label}`} verticalSpacing={6} horizontalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subject</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th ta="right">{metric.label}, difference</Table.Th>
            <Table.Th ta="right">{metric.test === 'mcnemar' ? 'McNemar' : 'Bootstrap'}</Table.Th>
            <Table.Th ta="right">Adjusted</Table.Th>
            <Table.Th ta="right">Only it / only baseline right</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pairs.map(({ ref, result }) => {
            const subject = subjects.find((one) => one.ref === ref);
            if (subject === undefined) return null;
            if (result === null) {
              return (
                <Table.Tr key={ref}>
                  <Table.Td>
                    <SubjectMark subject={subject} />
                  </Table.Td>
                  <Table.Td colSpan={5} c="dimmed">
                    No predictions on this set are kept, or there is no figure
                  </Table.Td>
                </Table.Tr>
              );
            }
            const { verdict, difference, interval, pValue, adjustedPValue, onlySubject, onlyBaseline } = result;
            return (
              <Table.Tr key={ref}>
                <Table.Td>
                  <SubjectMark subject={subject} />
                </Table.Td>
                <Table.Td>
                  <StatusBadge color={COLORS[verdict]}>{verdict}</StatusBadge>
                </Table.Td>
                <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
                  {formatDifference(difference, metric)}
                  <Text span size="xs" c="dimmed">
                    {` [${formatStep(interval.low, metric)}, ${formatStep(interval.high, metric)}]`}
                  </Text>
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {formatP(pValue)}
                </Table.Td>
                <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
                  {formatP(adjustedPValue)}
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {formatCount(onlySubject)} / {formatCount(onlyBaseline)}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
