import { Select, Text } from '@mantine/core';
import type { Metric } from '../../preload/contract/metrics.ts';

interface MetricSelectProps {
  readonly metrics: readonly Metric[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly size?: 'xs' | 'sm';
  /** With a label to be seen; one that is only heard where it stands by itself. */
  readonly isNamed?: boolean;
}

/** Chooses what things are looked at by; each metric says what it tells. */
export function MetricSelect({ metrics, value, onChange, size = 'sm', isNamed = true }: MetricSelectProps) {
  return (
    <Select
      {...(isNamed ? { label: 'Metric' } : { 'aria-label': 'Metric' })}
      size={size}
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
