import { Select, Text } from '@mantine/core';
import type { Metric } from '../../preload/contract/metrics.ts';

interface MetricSelectProps {
  readonly metrics: readonly Metric[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

/** Chooses what things are looked at by; each metric says what it tells. */
export function MetricSelect({ metrics, value, onChange }: MetricSelectProps) {
  return (
    <Select
      label="Metric"
      allowDeselect={false}
      data={metrics.map(({ id, label }) => ({ value: id, label }))}
      value={value}
      onChange={(id) => id !== null && onChange(id)}
      comboboxProps={{ width: 360, position: 'bottom-start' }}
      renderOption={({ option }) => (
        <div>
          {option.label}
          <Text size="xs" c="dimmed">
            {metrics.find(({ id }) => id === option.value)?.description}
          </Text>
        </div>
      )}
    />
  );
}
