import { SimpleGrid, Stack, Title } from '@mantine/core';
import type { SplitRow } from '../../../preload/contract/datasets.ts';
import { Later } from '../../components/later.tsx';
import { ClassBalance } from './class-balance.tsx';
import { CorruptionPreview } from './corruption-preview.tsx';
import { SampleGrid } from './sample-grid.tsx';
import { SourceFacts } from './source-facts.tsx';

interface SplitViewProps {
  readonly split: SplitRow;
  /** Only this class, where one is chosen. */
  readonly label: number | undefined;
  readonly onLabel: (label: number | undefined) => void;
}

/** One split, looked into: its samples, its classes, where it comes from, and what damage would do to it. */
export function SplitView({ split, label, onLabel }: SplitViewProps) {
  return (
    <section aria-labelledby="split">
      <Title order={2} id="split" mb="md">
        {split.name}
      </Title>
      <Stack gap="xl">
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
          <SampleGrid split={split} label={label} onLabel={onLabel} />
          <Stack>
            <ClassBalance split={split} />
            <SourceFacts split={split} />
          </Stack>
        </SimpleGrid>
        <Later>
          <CorruptionPreview split={split} />
        </Later>
      </Stack>
    </section>
  );
}
