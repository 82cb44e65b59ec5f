import { expect, test } from 'vitest';
import { type LineageNode, lineageOf } from '../../../renderer/features/ingredients/lineage.ts';

interface Subject {
  readonly id: number;
  readonly baseId: number | null;
}

const drawn = (nodes: readonly LineageNode<Subject>[]): string =>
  nodes.map(({ subject, children }) => `${subject.id}${children.length > 0 ? `(${drawn(children)})` : ''}`).join(' ');

test('the fine-tuned stand below what they were fine-tuned from, at any depth', () => {
  const subjects = [
    { id: 1, baseId: null },
    { id: 2, baseId: 1 },
    { id: 3, baseId: null },
    { id: 4, baseId: 2 },
    { id: 5, baseId: 1 },
  ];
  expect(drawn(lineageOf(subjects))).toBe('1(2(4) 5) 3');
});

test('one whose base is not there starts a line of its own', () => {
  expect(drawn(lineageOf([{ id: 2, baseId: 1 }]))).toBe('2');
});

test('a circle does not hang, and loses nobody', () => {
  const subjects = [
    { id: 1, baseId: 3 },
    { id: 2, baseId: 1 },
    { id: 3, baseId: 2 },
    { id: 4, baseId: 4 },
    { id: 5, baseId: 1 },
  ];
  expect(drawn(lineageOf(subjects))).toBe('1(5) 2 3 4');
});
