import { expect, test } from 'vitest';
import { parseDataSource } from '../../../main/data/source.ts';
import { EMPTY_DRAFT, isOwnOption, nameFor, sourceOf } from '../../../renderer/features/data/source-draft.ts';

const FILES = { images: '/data/images.idx', labels: '/data/labels.idx' };

test('what is left empty is left out, and the rest is a source that the service takes', () => {
  const source = sourceOf({ ...EMPTY_DRAFT, format: 'idx', values: { ...FILES, classes: undefined } });
  expect(source).toEqual({ format: 'idx', ...FILES });
  expect(parseDataSource(source, 'form')).toEqual(source);
});

test('rows, damage and normalization go where recipe files have them', () => {
  const source = sourceOf({
    format: 'mnist',
    values: { part: 'test' },
    rows: { to: 500, shuffle: 3, stratified: true },
    corruption: { kind: 'blur', severity: 2, seed: 1 },
    normalization: { mean: [0.1], std: [0.3] },
  });
  expect(source).toMatchObject({
    rows: { from: 0, to: 500, shuffle: 3, stratified: true },
    corruption: { kind: 'blur', severity: 2, seed: 1 },
  });
  expect(parseDataSource(source, 'form')).toEqual(source);
});

test('without a seed for the order there is nothing to spread classes in', () => {
  const source = sourceOf({ ...EMPTY_DRAFT, format: 'mnist', rows: { from: 5, to: 9, stratified: true } });
  expect(source.rows).toEqual({ from: 5, to: 9 });
});

test('a split is named for what tells it apart, and never like another', () => {
  expect(nameFor('train', undefined, [])).toBe('train');
  expect(nameFor('test', undefined, ['clean', 'clean-2'])).toBe('clean-3');
  expect(nameFor('test', { kind: 'blur', severity: 3, seed: 0 }, ['clean'])).toBe('blur');
});

test('options that all formats share have places of their own', () => {
  expect(['format', 'images', 'rows', 'part', 'sha256'].filter(isOwnOption)).toEqual(['images', 'part']);
});
