import { Radio, Stack, Text } from '@mantine/core';
import { useMetrics } from '../../lib/use-metrics.ts';

interface MetricStepProps {
  readonly value: string | undefined;
  readonly onChange: (metric: string) => void;
  readonly hasData: boolean;
}

/** What soups and ingredients are compared by. */
export function MetricStep({ value, onChange, hasData }: MetricStepProps) {
  const metrics = useMetrics();
  return (
    <Stack>
      <Radio.Group
        label="What decides"
        description="Which ingredient is the best one, how far a soup leads it, and how sure that is. Every metric is measured and shown whichever decides; it can be changed later."
        value={value ?? metrics[0]?.id ?? null}
        onChange={onChange}
      >
        <Stack gap="xs" mt="sm">
          {metrics.map(({ id, label, description, source }) => (
            <Radio key={id} value={id} label={label} description={`${description} (${source})`} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm">
        Recipes choose ingredients by what their options say. Every difference on a test set comes with a 95 % paired
        bootstrap interval and the metric’s own paired test.
      </Text>
      {!hasData && (
        <Text size="sm" c="dimmed">
          There is no data yet: nothing can be scored until a selection or test split has been added.
        </Text>
      )}
    </Stack>
  );
}
