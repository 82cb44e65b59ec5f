import { assertNever } from '../../errors.ts';
import type { TensorDifference } from '../../mix/verify.ts';

/** One line for people. */
export function describeDifference(difference: TensorDifference): string {
  const { tensor } = difference;
  switch (difference.kind) {
    case 'missing':
      return `${tensor} is missing`;
    case 'extra':
      return `${tensor} does not belong there`;
    case 'type':
      return `${tensor} is ${difference.found}, not ${difference.expected}`;
    case 'values':
      return (
        `${tensor}: ${difference.differingBytes} bytes differ, the first in element ${difference.element} ` +
        `(${difference.found} instead of ${difference.expected})`
      );
    default:
      return assertNever(difference);
  }
}
