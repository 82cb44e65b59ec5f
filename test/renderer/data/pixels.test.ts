import { expect, test } from 'vitest';
import { bytesOfBase64, toRgba } from '../../../renderer/features/data/pixels.ts';

test('one channel is shown in grey', () => {
  expect([...toRgba(Uint8Array.of(0, 200), [1, 1, 2])]).toEqual([0, 0, 0, 255, 200, 200, 200, 255]);
});

test('three channels, stored one after another, are red, green and blue', () => {
  expect([...toRgba(Uint8Array.of(1, 2, 3, 4, 5, 6), [3, 1, 2])]).toEqual([1, 3, 5, 255, 2, 4, 6, 255]);
});

test('bytes survive the way through base64', () => {
  const bytes = Uint8Array.of(0, 127, 128, 255);
  expect(bytesOfBase64(Buffer.from(bytes).toString('base64'))).toEqual(bytes);
});
