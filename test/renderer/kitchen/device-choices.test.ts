import { expect, test } from 'vitest';
import type { Device } from '../../../preload/contract/system.ts';
import { deviceChoices } from '../../../renderer/features/kitchen/device-choices.ts';

const device = (name: string, usable: boolean, runtime: Device['runtime'] = 'onnx'): Device => ({
  runtime,
  device: name,
  usable,
  explanation: usable ? 'ONNX Runtime 1.30' : 'libcudart.so.12 is missing',
  trains: false,
});

test('the devices of a runtime can be chosen, and the one that does not work says why', () => {
  const choices = deviceChoices([device('cuda', false), device('cpu', true), device('wasm', true, 'tfjs')], 'onnx');
  expect(choices.map(({ value, disabled }) => [value, disabled])).toEqual([
    ['auto', false],
    ['cuda', true],
    ['cpu', false],
  ]);
  expect(choices[0]!.explanation).toBe('The first one that works: here cpu.');
  expect(choices[1]).toMatchObject({ label: 'cuda, not available', explanation: 'libcudart.so.12 is missing' });
});

test('until they have been found, there is auto', () => {
  expect(deviceChoices(undefined, 'onnx').map(({ value }) => value)).toEqual(['auto']);
});
