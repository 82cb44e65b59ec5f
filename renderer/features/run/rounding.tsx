import { Alert, Text } from '@mantine/core';
import type { JobResult } from '../../../preload/contract/jobs.ts';

type RoundingCost = NonNullable<Extract<JobResult, { readonly kind: 'export' }>['rounding']>;

/** What writing the soup in a narrow type cost, against what averaging changed. */
export function Rounding({ rounding }: { readonly rounding: RoundingCost }) {
  const { largestError, meanError, meanDifference, overflowed, worst } = rounding;
  const share = meanDifference > 0 ? meanError / meanDifference : undefined;
  return (
    <Alert color={overflowed > 0 ? 'red' : 'gray'} variant="light" title="What rounding cost">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        Mean error {figure(meanError)}, largest {figure(largestError)} in {worst}.
        {share !== undefined &&
          ` The mean error is ${(100 * share).toPrecision(2)} % of ${figure(meanDifference)}, the mean distance of the soup from its heaviest ingredient.`}
      </Text>
      {overflowed > 0 && (
        <Text size="sm" fw={600}>
          {overflowed} numbers were too large for the type and became infinite. Choose bfloat16 or float32.
        </Text>
      )}
    </Alert>
  );
}

function figure(value: number): string {
  return value === 0 ? '0' : value.toPrecision(3);
}
