import { Button, CloseButton, Group, RangeSlider, Select, Stack, Text } from '@mantine/core';
import { Chart } from '../../charts/chart.tsx';
import { axisTitle, type ParallelData, type Ranges } from '../../charts/chart-data.ts';
import { extentsOf } from '../../charts/parallel-ranges.ts';
import { formatNumberOf, formatSignificant } from '../../lib/format.ts';

interface SideBySideProps {
  readonly data: ParallelData;
  readonly onRanges: (ranges: Ranges) => void;
  /** Of all subjects how many are within the ranges. */
  readonly kept: number;
  readonly onKeep: () => void;
  readonly emphasis: string | undefined;
  readonly onPick: (label: string) => void;
}

/** All measures side by side; what is narrowed here, by mouse or by keyboard, narrows the table as well. */
export function SideBySide({ data, onRanges, kept, onKeep, emphasis, onPick }: SideBySideProps) {
  const { ranges = {}, axes, lines } = data;
  const titles = axes.map(axisTitle);
  const extents = extentsOf(data);
  const narrowed = Object.keys(ranges).filter((title) => titles.includes(title));
  return (
    <div>
      <Chart data={data} height={400} emphasis={emphasis} onPick={onPick} onRanges={onRanges} />
      <Text size="sm" c="dimmed">
        Each axis runs from its smallest to its largest value. Draw a rectangle over an axis, or choose it below, to
        keep the subjects within that range; point at a line of the table to see its subject alone.
      </Text>
      <Group gap="md" align="flex-end" mt="xs">
        <Select
          size="xs"
          w={220}
          label="Narrow by"
          placeholder="A measure"
          value={null}
          data={titles.filter((title, place) => extents[place] !== undefined && ranges[title] === undefined)}
          onChange={(title) => title !== null && onRanges({ ...ranges, [title]: extents[titles.indexOf(title)]! })}
        />
        {narrowed.map((title) => (
          <RangeField
            key={title}
            title={title}
            range={ranges[title]!}
            extent={extents[titles.indexOf(title)] ?? ranges[title]!}
            onChange={(range) => {
              const { [title]: __, ...rest } = ranges;
              onRanges(range === undefined ? rest : { ...rest, [title]: range });
            }}
          />
        ))}
      </Group>
      {narrowed.length > 0 && (
        <Group gap="xs" mt="xs">
          <Text size="sm" role="status">
            {`${kept} of ${formatNumberOf(lines.length, 'subject')} within`}
          </Text>
          {kept > 0 && kept < lines.length && (
            <Button size="compact-sm" variant="default" onClick={onKeep}>
              Compare only these
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" onClick={() => onRanges({})}>
            All again
          </Button>
        </Group>
      )}
    </div>
  );
}

interface RangeFieldProps {
  readonly title: string;
  readonly range: readonly [number, number];
  readonly extent: readonly [number, number];
  readonly onChange: (range: readonly [number, number] | undefined) => void;
}

const STEPS = 100;

function RangeField({ title, range, extent: [low, high], onChange }: RangeFieldProps) {
  const step = high > low ? (high - low) / STEPS : 1;
  const written = (value: number): string => formatSignificant(value, 4);
  return (
    <Stack gap={4} w={220}>
      <Group gap={4} justify="space-between" wrap="nowrap">
        <Text size="xs" fw={500} truncate>
          {`${title}: ${written(range[0])} to ${written(range[1])}`}
        </Text>
        <CloseButton size="xs" aria-label={`Do not narrow by ${title}`} onClick={() => onChange(undefined)} />
      </Group>
      <RangeSlider
        size="sm"
        mb={6}
        min={low}
        max={high > low ? high : low + 1}
        step={step}
        minRange={0}
        label={null}
        thumbFromLabel={`${title}, from`}
        thumbToLabel={`${title}, to`}
        value={[...range]}
        onChange={onChange}
      />
    </Stack>
  );
}
