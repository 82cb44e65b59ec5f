import { Group, SegmentedControl, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { CompareOverview, CompareSubject } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { Chart } from '../../charts/chart.tsx';
import { LoadingState } from '../../components/loading-state.tsx';
import { differencesBySet, scoreBars } from './compare-charts.ts';
import { pairedQuestion } from './compare-questions.ts';

interface BarsBySetProps {
  readonly projectId: number;
  readonly overview: CompareOverview;
  readonly metric: Metric;
  readonly baseline: CompareSubject;
  /** Ids of the sets that there is room for. */
  readonly shown: readonly number[];
  readonly emphasis: string | undefined;
}

/** Names of more subjects than this stand upright below their bars, and need room. */
const MANY = 8;

/** Grouped bars, set by set: how far from the baseline, where small differences can be seen, or the score itself. */
export function BarsBySet({ projectId, overview, metric, baseline, shown, emphasis }: BarsBySetProps) {
  const [what, setWhat] = useState('difference');
  const { sets, subjects } = overview;
  const tests = sets.filter(({ role }) => role === 'test');
  const isDifference = what === 'difference' && subjects.length > 1;
  const { pending, measured } = useQueries({
    queries: shown.map((setId) => ({
      ...pairedQuestion({ projectId, subjects, baseline, setId, metric }),
      enabled: isDifference,
    })),
    combine: (results) => ({
      pending: results.some((result) => result.isPending),
      measured: results.map(({ data = [] }, place) => ({
        set: sets.find(({ id }) => id === shown[place])?.name ?? '',
        pairs: data,
      })),
    }),
  });
  return (
    <div>
      <Group mb="xs">
        <SegmentedControl
          size="xs"
          aria-label="What the bars show"
          value={isDifference ? 'difference' : 'score'}
          onChange={setWhat}
          disabled={subjects.length === 1}
          data={[
            { value: 'difference', label: 'From the baseline' },
            { value: 'score', label: metric.label },
          ]}
        />
      </Group>
      {isDifference && pending ? (
        <LoadingState what="differences by test set" />
      ) : (
        <Chart
          data={
            isDifference
              ? differencesBySet(subjects, measured, { baseline, metric })
              : scoreBars(overview, metric, shown)
          }
          height={shown.length === 1 && subjects.length > MANY ? 560 : 420}
          emphasis={emphasis}
        />
      )}
      <Text size="sm" c="dimmed">
        {metric.description}
        {isDifference && ' Whiskers are 95 % intervals (paired bootstrap).'}
        {!isDifference && hasIntervals(overview, metric.id) && ' Whiskers are 95 % intervals (Wilson).'}
        {shown.length < tests.length &&
          ` ${shown.length} of ${tests.length} test sets fit; compare fewer subjects to see more.`}
      </Text>
    </div>
  );
}

function hasIntervals({ subjects }: CompareOverview, metric: string): boolean {
  return subjects.some(({ scores }) => scores.some((score) => (score?.figures[metric]?.interval ?? null) !== null));
}
