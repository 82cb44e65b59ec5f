import { expect, test } from 'vitest';
import { rangesOf, textOfRanges } from '../../../renderer/features/compare/compare-search.ts';

test('ranges of measures are kept in the address, whatever the measures are called', () => {
  const ranges = { 'a=b; 50 % (%)': [98.5, 99.25], 'size (MB)': [-1, 0.1 + 0.2] } as const;
  expect(rangesOf(textOfRanges(ranges))).toEqual({ ...ranges, 'size (MB)': [-1, 0.3] });
  expect(rangesOf('x=1;%=1..2;y=a..b;=1..2;z=1..2')).toEqual({ z: [1, 2] });
  expect(rangesOf(undefined)).toEqual({});
});
