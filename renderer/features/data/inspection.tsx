import { Alert, Group, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Sample } from '../../../preload/contract/datasets.ts';
import { formatNumberOf } from '../../lib/format.ts';
import { balanceRemark } from './balance-chart.ts';
import { SampleImage } from './sample-image.tsx';

interface InspectionProps {
  readonly found: {
    readonly sampleCount: number;
    readonly sampleShape: readonly number[];
    readonly classCount: number;
    readonly balance: readonly number[];
    readonly samples: readonly Sample[];
  };
}

const SHOWN = 12;

/** What the files hold, before anything is stored. */
export function Inspection({ found }: InspectionProps) {
  const { sampleCount, sampleShape, classCount, balance, samples } = found;
  return (
    <Alert
      role="status"
      variant="light"
      color="teal"
      icon={<IconCheck />}
      title={`${formatNumberOf(sampleCount, 'sample')} of ${sampleShape.join(' × ')} in ${formatNumberOf(classCount, 'class', 'classes')}`}
    >
      <Text size="sm" mb="xs">
        {balanceRemark(balance)} Nothing has been stored yet.
      </Text>
      <Group gap="xs">
        {samples.slice(0, SHOWN).map(({ row, label, pixels }) => (
          <SampleImage
            key={row}
            pixels={pixels}
            shape={sampleShape}
            size={44}
            label={`Sample ${row}, class ${label}`}
          />
        ))}
      </Group>
    </Alert>
  );
}
