import { ActionIcon, Group, Select, Text, Title } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { QueryState } from '../../components/query-state.tsx';
import { formatCount } from '../../lib/format.ts';
import classes from './data.module.css';
import { SAMPLE_WINDOW, samplesQuestion } from './data-questions.ts';
import { SampleImage } from './sample-image.tsx';

interface SampleGridProps {
  readonly split: SplitRow;
  readonly label: number | undefined;
  readonly onLabel: (label: number | undefined) => void;
}

const SIZE = 56;

/** A split's own images, a window at a time, of all classes or of one. */
export function SampleGrid({ split, label, onLabel }: SampleGridProps) {
  const [offset, setOffset] = useState(0);
  const query = useQuery({ ...samplesQuestion(split, label, offset), placeholderData: keepPreviousData });
  const total = query.data?.total ?? 0;
  return (
    <section aria-labelledby="samples">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={3} id="samples">
          Samples
        </Title>
        <Group gap="xs" wrap="nowrap">
          <Select
            size="xs"
            w={130}
            aria-label="Class of the samples"
            placeholder="All classes"
            clearable
            clearButtonProps={{ 'aria-label': 'All classes' }}
            data={Array.from({ length: split.classCount }, (_, index) => ({
              value: String(index),
              label: `class ${index}`,
            }))}
            value={label === undefined ? null : String(label)}
            onChange={(value) => {
              setOffset(0);
              onLabel(value === null ? undefined : Number(value));
            }}
          />
          <ActionIcon
            variant="default"
            aria-label="Earlier samples"
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - SAMPLE_WINDOW))}
          >
            <IconChevronLeft size={16} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label="Later samples"
            disabled={offset + SAMPLE_WINDOW >= total}
            onClick={() => setOffset(offset + SAMPLE_WINDOW)}
          >
            <IconChevronRight size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <QueryState query={query} what="samples">
        {({ samples, shape }) => (
          <>
            <ul className={classes.grid} aria-label="Samples">
              {samples.map(({ row, label: own, pixels }) => (
                <li key={row} className={classes.figure}>
                  <SampleImage pixels={pixels} shape={shape} size={SIZE} label={`Sample ${row}, class ${own}`} />
                  <Text size="xs" c="dimmed" className="numeric" aria-hidden>
                    {own}
                  </Text>
                </li>
              ))}
            </ul>
            <Text size="sm" c="dimmed" mt="sm" className="numeric">
              {total === 0
                ? 'No sample is of this class.'
                : `${formatCount(offset + 1)} to ${formatCount(offset + samples.length)} of ${formatCount(total)}; the number below each is its class`}
            </Text>
          </>
        )}
      </QueryState>
    </section>
  );
}
