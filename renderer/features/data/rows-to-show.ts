/**
 * Rows from all over a split, so that they are not all alike: `count` of them, fewer where there are fewer.
 * @param turn another number gives other rows
 */
export function spreadRows(sampleCount: number, count: number, turn: number): readonly number[] {
  const wanted = Math.min(count, sampleCount);
  const step = Math.floor(sampleCount / wanted);
  return Array.from({ length: wanted }, (_, index) => index * step + (turn % step));
}
