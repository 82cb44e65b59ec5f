import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { JobResult } from '../../../preload/contract/jobs.ts';
import { formatCount } from '../../lib/format.ts';

/** Whether a soup is what it says it is. */
export function VerificationOutcome({
  result,
}: {
  readonly result: Extract<JobResult, { readonly kind: 'verification' }>;
}) {
  const { identical, tensorCount, differences } = result;
  if (identical) {
    return (
      <Alert color="teal" variant="light" icon={<IconCircleCheck />} mt="xs">
        Computed again from its ingredients: all {formatCount(tensorCount)} tensors are equal bit for bit.
      </Alert>
    );
  }
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} mt="xs">
      <Text size="sm">
        {formatCount(differences.length)} of {formatCount(tensorCount)} tensors differ:
      </Text>
      <List size="sm">
        {differences.map((difference) => (
          <List.Item key={difference}>{difference}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
