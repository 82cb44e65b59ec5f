import { ActionIcon, Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconPin, IconPinFilled } from '@tabler/icons-react';
import type { CompareOverview, CompareSubject } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import { formatBytes, formatCount, formatNumberOf, formatSeconds } from '../../lib/format.ts';
import { advantage, figureOf, formatScore, formatStep } from '../../lib/metric-format.ts';
import { paretoBest, shiftedMean } from './compared-values.ts';
import { SubjectMark } from './subject-mark.tsx';

interface ScoresTableProps {
  readonly overview: CompareOverview;
  /** Those within the ranges that were chosen; the baseline is shown all the same. */
  readonly kept: ReadonlySet<string>;
  readonly setId: number;
  readonly metric: Metric;
  readonly baseline: CompareSubject;
  readonly onBaseline: (ref: string) => void;
  readonly emphasis: string | undefined;
  readonly onEmphasis: (label: string | undefined) => void;
}

/** Scores, cost and size of everything compared. A line that is pointed at, or focused, stands out in the charts. */
export function ScoresTable(props: ScoresTableProps) {
  const { overview, kept, setId, metric, baseline, onBaseline, emphasis, onEmphasis } = props;
  const { sets, subjects } = overview;
  const place = sets.findIndex(({ id }) => id === setId);
  const ownOf = (subject: CompareSubject): number | undefined => figureOf(subject.scores[place], metric.id);
  const shown = subjects.filter(({ ref }) => kept.has(ref) || ref === baseline.ref);
  const best = paretoBest(
    subjects.flatMap((subject) => {
      const value = ownOf(subject);
      const { passes, bytes } = subject.cost;
      return value === undefined ? [] : [{ ref: subject.ref, merit: advantage(value, 0, metric), passes, bytes }];
    }),
  );
  return (
    <Table.ScrollContainer minWidth={920} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label="Scores, cost and size" verticalSpacing={6} horizontalSpacing={8} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Subject</Table.Th>
            <Table.Th ta="right">
              {metric.label} on {sets[place]?.name}
            </Table.Th>
            <Table.Th ta="right">Shifted, mean</Table.Th>
            <Table.Th ta="right">Passes</Table.Th>
            <Table.Th ta="right">Per image</Table.Th>
            <Table.Th ta="right">Parameters</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th ta="right">Cooking</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((subject) => {
            const { label, ref, cost } = subject;
            const isBase = ref === baseline.ref;
            return (
              <Table.Tr
                key={ref}
                {...(emphasis === label ? { bg: 'var(--mantine-color-indigo-light)' } : {})}
                onMouseEnter={() => onEmphasis(label)}
                onMouseLeave={() => onEmphasis(undefined)}
                onFocus={() => onEmphasis(label)}
                onBlur={() => onEmphasis(undefined)}
              >
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    <ActionIcon
                      size="sm"
                      variant="subtle"
                      color={isBase ? 'indigo' : 'gray'}
                      aria-label={isBase ? `${label} is the baseline` : `Make ${label} the baseline`}
                      aria-pressed={isBase}
                      onClick={() => onBaseline(ref)}
                    >
                      {isBase ? <IconPinFilled size={15} /> : <IconPin size={15} />}
                    </ActionIcon>
                    <SubjectMark subject={subject} />
                    {best.has(ref) && (
                      <Tooltip label="Nothing here is better without being slower or larger">
                        <Badge size="xs" variant="light" color="teal" tt="none" miw="max-content">
                          best trade
                        </Badge>
                      </Tooltip>
                    )}
                  </Group>
                </Table.Td>
                <Score metric={metric} value={ownOf(subject)} base={isBase ? undefined : ownOf(baseline)} />
                <Score
                  metric={metric}
                  value={shiftedMean(subject, sets, metric)}
                  base={isBase ? undefined : shiftedMean(baseline, sets, metric)}
                />
                <Figure>{formatCount(cost.passes)}</Figure>
                <Figure>{cost.milliseconds === null ? '' : `${cost.milliseconds.toFixed(3)} ms`}</Figure>
                <Figure>{formatCount(cost.parameters)}</Figure>
                <Figure>{formatBytes(cost.bytes)}</Figure>
                <Figure>{cost.cookingSeconds === null ? '' : formatSeconds(cost.cookingSeconds)}</Figure>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
        {shown.length < subjects.length && (
          <Table.Caption ta="left" c="dimmed">
            {formatNumberOf(subjects.length - shown.length, 'subject')} outside of the ranges that were chosen below
          </Table.Caption>
        )}
      </Table>
    </Table.ScrollContainer>
  );
}

interface ScoreProps {
  readonly metric: Metric;
  readonly value: number | undefined;
  readonly base: number | undefined;
}

function Score({ metric, value, base }: ScoreProps) {
  return (
    <Figure>
      {value === undefined ? (
        <Text span inherit c="dimmed">
          not known
        </Text>
      ) : (
        formatScore(value, metric)
      )}
      {value !== undefined && base !== undefined && (
        <Text span size="xs" c="dimmed">
          {` ${formatStep(value - base, metric)}`}
        </Text>
      )}
    </Figure>
  );
}

function Figure({ children }: { readonly children: React.ReactNode }) {
  return (
    <Table.Td ta="right" className="numeric" style={{ whiteSpace: 'nowrap' }}>
      {children}
    </Table.Td>
  );
}
