import { expect, test } from 'vitest';
import type { CellKind, Preflight } from '../../../preload/contract/ingredients.ts';
import { matrixRows } from '../../../renderer/features/ingredients/matrix-rows.ts';

type File = Preflight['files'][number];

function preflight(names: readonly string[], ...cells: readonly (readonly CellKind[])[]) {
  return {
    tensors: names.map((name) => ({ name, dtype: 'F32', shape: [1] })),
    files: cells.map((own) => ({ cells: own }) as File),
  };
}

test('a few tensors are a row each', () => {
  const rows = matrixRows(preflight(['a.weight', 'a.bias'], ['same', 'missing']));
  expect(rows.map(({ name }) => name)).toEqual(['a.weight', 'a.bias']);
  expect(rows[1]!.cells).toEqual([{ kind: 'missing', count: 1 }]);
});

test('hundreds are together by block, which is shown as the worst in it', () => {
  const names = Array.from({ length: 200 }, (_, index) => `layer${index % 4}.${Math.floor(index / 4)}.weight`);
  const cells = names.map((_, index): CellKind => (index === 5 ? 'shape' : index % 4 === 2 ? 'renamed' : 'same'));
  const rows = matrixRows(preflight(names, cells));
  expect(rows.map(({ name, tensorCount }) => [name, tensorCount])).toEqual([
    ['layer0.*', 50],
    ['layer1.*', 50],
    ['layer2.*', 50],
    ['layer3.*', 50],
  ]);
  expect(rows[1]!.cells[0]).toEqual({ kind: 'shape', count: 1 });
  expect(rows[2]!.cells[0]).toEqual({ kind: 'renamed', count: 50 });
});
