import { Radio, Stack, Text } from '@mantine/core';

/** What soups and ingredients are compared by. */
export function MetricStep({ hasData }: { readonly hasData: boolean }) {
  return (
    <Stack>
      <Radio.Group label="What decides" value="accuracy">
        <Radio
          mt="xs"
          value="accuracy"
          label="Accuracy"
          description="The share of samples whose class is right; recipes maximise it on the selection split. Ties go to the earlier ingredient."
        />
      </Radio.Group>
      <Text size="sm">
        Mean cross-entropy is measured beside it and shown everywhere. Every difference on a test set comes with a 95 %
        paired bootstrap interval and an exact McNemar test.
      </Text>
      {!hasData && (
        <Text size="sm" c="dimmed">
          There is no data yet: nothing can be scored until a selection or test split has been added.
        </Text>
      )}
    </Stack>
  );
}
