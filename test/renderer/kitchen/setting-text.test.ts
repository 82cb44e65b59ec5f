import { expect, test } from 'vitest';
import type { OptionField } from '../../../renderer/features/kitchen/option-fields.ts';
import { readSetting, variationOf, variedAs, writtenSetting } from '../../../renderer/features/kitchen/setting-text.ts';

const density: OptionField = {
  name: 'density',
  label: 'Density',
  description: '',
  defaultValue: 1,
  required: false,
  varies: true,
  kind: 'number',
  integer: false,
  minimum: 0,
  maximum: 1,
};

test('one value is for all, several are for the depth, and what is none is not read', () => {
  expect(readSetting('0.5', 'number')).toBe(0.5);
  expect(readSetting('0, 0.5,1', 'number')).toEqual([0, 0.5, 1]);
  expect(readSetting('0, much', 'number')).toBeUndefined();
  expect(readSetting('true', 'switch')).toBe(true);
  expect(readSetting('norm', 'choice')).toBe('norm');
  expect(readSetting(' ', 'number')).toBeUndefined();
  expect([writtenSetting([0, 0.5]), writtenSetting(undefined), writtenSetting(false)]).toEqual(['0, 0.5', '', 'false']);
});

test('varying an option otherwise begins with the value that it had', () => {
  expect(variationOf(variedAs(0.3, 'name', density))).toBe('name');
  expect(variedAs(0.3, 'name', density)).toEqual([{ filter: '*', value: 0.3 }]);
  expect(variedAs([{ filter: 'conv', value: [0.2, 0.4] }], 'depth', density)).toEqual([0.2, 0.2]);
  expect(variedAs([0.2, 0.4], 'same', density)).toBe(0.2);
  expect(variedAs(undefined, 'depth', density)).toEqual([1, 1]);
  expect(variedAs([1, 1], 'same', density)).toBeUndefined();
});
