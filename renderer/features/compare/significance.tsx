import { Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CompareSet, CompareSubject, PairedResult } from '../../../preload/contract/compare.ts';
import { Chart } from '../../charts/chart.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { formatCount } from '../../lib/format.ts';
import { service } from '../../lib/service.ts';
import { signed } from '../runs/run-values.ts';
import { differenceBars } from './compare-charts.ts';
import { formatP, verdictOf } from './compared-values.ts';
import { SubjectMark } from './subject-mark.tsx';

interface SignificanceProps {
  readonly projectId: number;
  readonly subjects: readonly CompareSubject[];
  readonly baseline: CompareSubject;
  readonly set: CompareSet;
  readonly emphasis: string | undefined;
}

/** Each subject against the baseline, example by example: how much, how sure. */
export function Significance({ projectId, subjects, baseline, set, emphasis }: SignificanceProps) {
  const query = useQuery(
    service.compare.paired.queryOptions({
      input: { projectId, subjects: subjects.map(({ ref }) => ref), baseline: baseline.ref, setId: set.id },
      // The predictions it rests on never change.
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  return (
    <QueryState query={query} what="paired tests">
      {(pairs) => (
        <Stack gap="sm">
          <Chart
            data={differenceBars(subjects, pairs, baseline.label, set.name)}
            height={Math.max(200, 76 + 36 * pairs.length)}
            emphasis={emphasis}
          />
          <Pairs pairs={pairs} subjects={subjects} baseline={baseline} />
          <Text size="sm" c="dimmed">
            On the {formatCount(set.sampleCount)} samples of {set.name}, all seen by both. p is of McNemar's exact test
            on the samples that only one of the two gets right; intervals are 95 %, by paired bootstrap. Of many
            comparisons some look significant by chance alone.
          </Text>
        </Stack>
      )}
    </QueryState>
  );
}

const COLORS = { better: 'teal', worse: 'red', undecided: 'gray' } as const;

interface PairsProps {
  readonly pairs: readonly PairedResult[];
  readonly subjects: readonly CompareSubject[];
  readonly baseline: CompareSubject;
}

function Pairs({ pairs, subjects, baseline }: PairsProps) {
  return (
    <Table.ScrollContainer minWidth={820} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={`Paired tests against ${baseline.label}`} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subject</Table.Th>
            <Table.Th>Verdict</Table.Th>
            <Table.Th ta="right">Accuracy, difference</Table.Th>
            <Table.Th ta="right">McNemar</Table.Th>
            <Table.Th ta="right">Only it / only baseline</Table.Th>
            <Table.Th ta="right">Loss, difference</Table.Th>
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
                    No predictions on this set are kept
                  </Table.Td>
                </Table.Tr>
              );
            }
            const { accuracy, loss, onlySubject, onlyBaseline } = result;
            const verdict = verdictOf(accuracy) as keyof typeof COLORS;
            return (
              <Table.Tr key={ref}>
                <Table.Td>
                  <SubjectMark subject={subject} />
                </Table.Td>
                <Table.Td>
                  <StatusBadge color={COLORS[verdict]}>{verdict}</StatusBadge>
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {signed(100 * accuracy.difference, 2)} pp
                  <Text span size="xs" c="dimmed">
                    {` [${signed(100 * accuracy.interval.low, 2)}, ${signed(100 * accuracy.interval.high, 2)}]`}
                  </Text>
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {formatP(accuracy.pValue)}
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {formatCount(onlySubject)} / {formatCount(onlyBaseline)}
                </Table.Td>
                <Table.Td ta="right" className="numeric">
                  {loss === null ? 'diverged' : signed(loss.difference, 4)}
                  {loss !== null && (
                    <Text span size="xs" c="dimmed">
                      {` [${signed(loss.interval.low, 4)}, ${signed(loss.interval.high, 4)}]`}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
