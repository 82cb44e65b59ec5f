import { Grid, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CompareSet, CompareSubject, Duel } from '../../../preload/contract/compare.ts';
import { Chart } from '../../charts/chart.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { formatNumberOf } from '../../lib/format.ts';
import { SampleImage } from '../data/sample-image.tsx';
import { confusionDifference } from './compare-charts.ts';
import { duelQuestion } from './compare-questions.ts';

interface DuelViewProps {
  readonly projectId: number;
  readonly subjects: readonly CompareSubject[];
  readonly subject: CompareSubject;
  readonly baseline: CompareSubject;
  readonly set: CompareSet;
  readonly onSubject: (ref: string) => void;
}

/** One subject against the baseline: which classes, and which images, make the difference. */
export function DuelView({ projectId, subjects, subject, baseline, set, onSubject }: DuelViewProps) {
  const query = useQuery(duelQuestion({ projectId, subject, baseline, set }));
  return (
    <Stack gap="md">
      <Select
        label={`Against ${baseline.label} on ${set.name}`}
        maw={320}
        allowDeselect={false}
        data={subjects.filter(({ ref }) => ref !== baseline.ref).map(({ ref, label }) => ({ value: ref, label }))}
        value={subject.ref}
        onChange={(ref) => ref !== null && onSubject(ref)}
      />
      <QueryState query={query} what="examples">
        {(duel) => (
          <Grid gap="xl">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Chart data={confusionDifference(duel, subject.label, baseline.label)} height={380} />
              <Text size="sm" c="dimmed">
                Off the diagonal, below zero is an error that {subject.label} makes less often; empty cells are equal.
              </Text>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Examples title="Won" duel={duel} examples={duel.won} subject={subject} baseline={baseline} />
              <Examples title="Lost" duel={duel} examples={duel.lost} subject={subject} baseline={baseline} />
            </Grid.Col>
          </Grid>
        )}
      </QueryState>
    </Stack>
  );
}

interface ExamplesProps {
  readonly title: 'Won' | 'Lost';
  readonly duel: Duel;
  readonly examples: Duel['won'];
  readonly subject: CompareSubject;
  readonly baseline: CompareSubject;
}

function Examples({ title, duel, examples, subject, baseline }: ExamplesProps) {
  const left = examples.count - examples.shown.length;
  const winner = title === 'Won' ? subject.label : baseline.label;
  return (
    <section aria-label={title} style={{ marginBottom: 'var(--mantine-spacing-lg)' }}>
      <Title order={3}>{`${title}: ${formatNumberOf(examples.count, 'example')}`}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {`Only ${winner} is right. Beneath each: true class, what ${subject.label} says, what ${baseline.label} says.`}
      </Text>
      <Group gap="sm" align="flex-start">
        {examples.shown.map(({ row, label, subject: ours, baseline: theirs, pixels }) => (
          <Stack key={row} gap={2} align="center">
            <SampleImage
              pixels={pixels}
              shape={duel.sampleShape}
              size={56}
              label={`Row ${row}: class ${label}, taken for ${ours} by ${subject.label} and for ${theirs} by ${baseline.label}`}
            />
            <Text size="xs" className="numeric" aria-hidden>
              {`${label}: ${said(ours)}, ${said(theirs)}`}
            </Text>
          </Stack>
        ))}
      </Group>
      {left > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {`And ${formatNumberOf(left, 'more', 'more')}; these are the clearest.`}
        </Text>
      )}
    </section>
  );
}

function said(label: number): string {
  return label < 0 ? 'nothing' : String(label);
}
