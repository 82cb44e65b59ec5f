import { describe, expect, test } from 'vitest';
import {
  isSameSource,
  readText,
  withIngredients,
  withRecipe,
  withValue,
} from '../../../renderer/features/kitchen/recipe-text.ts';

const TEXT = `# my favourite
recipe: greedy
options:
  order: sorted # as in the paper
ingredients:
  - path: /models/a.safetensors
    name: a # the first
    hyperparameters: { optimizer: sgd }
  - { path: /models/b.pt, name: b }
splits:
  selection: { format: mnist, part: train }
seed: 7
`;

describe('reading a recipe text', () => {
  test('the form sees what is written, and the defaults of what is not', () => {
    const read = readText(TEXT);
    expect(read).toMatchObject({
      kind: 'read',
      draft: {
        recipe: 'greedy',
        options: { order: 'sorted' },
        ingredients: [
          { path: '/models/a.safetensors', name: 'a' },
          { path: '/models/b.pt', name: 'b' },
        ],
        splits: { selection: { format: 'mnist', part: 'train' }, test: {} },
        runtime: 'onnx',
        device: 'auto',
        seed: 7,
        accumulate: 'f32',
        dtype: 'keep',
      },
    });
  });

  test('text that is not YAML is located by line', () => {
    const read = readText('recipe: greedy\noptions: {\n  order: sorted\nseed: 1\n');
    expect(read.kind).toBe('broken');
    expect(read.kind === 'broken' && read.findings[0]!.line).toBeGreaterThanOrEqual(4);
  });

  test('YAML that is not a recipe says what one looks like', () => {
    expect(readText('- just\n- a list\n')).toMatchObject({ kind: 'broken', findings: [{ line: 1 }] });
    expect(readText('')).toMatchObject({ kind: 'broken' });
  });
});

describe('writing into a recipe text', () => {
  test('an option changes in its place, and the comments stay', () => {
    const text = withValue(TEXT, ['options', 'order'], 'article');
    expect(text).toContain('# my favourite');
    expect(text).toContain('order: article');
    expect(readText(text)).toMatchObject({ draft: { options: { order: 'article' }, seed: 7 } });
  });

  test('a value that was not there is added, one that is taken away is gone', () => {
    const longer = withValue(TEXT, ['options', 'maxModels'], 3);
    expect(readText(longer)).toMatchObject({ draft: { options: { order: 'sorted', maxModels: 3 } } });
    const shorter = withValue(longer, ['options', 'order'], undefined);
    expect(readText(shorter)).toMatchObject({ draft: { options: { maxModels: 3 } } });
    expect(shorter).not.toContain('order');
  });

  test('a place whose parents are missing is made', () => {
    const text = withValue('recipe: uniform\n', ['splits', 'test', 'clean'], { format: 'mnist', part: 'test' });
    expect(readText(text)).toMatchObject({ draft: { splits: { test: { clean: { part: 'test' } } } } });
  });

  test('another recipe starts with its own defaults', () => {
    expect(readText(withRecipe(TEXT, 'uniform'))).toMatchObject({ draft: { recipe: 'uniform', options: {} } });
  });

  test('ingredients come and go, and what is written of those that stay is kept', () => {
    const text = withIngredients(TEXT, [
      { path: '/models/c.pt', name: 'c', sha256: 'cc' },
      { path: '/models/a.safetensors', name: 'a' },
    ]);
    expect(text).toContain('optimizer: sgd');
    expect(text).toContain('# the first');
    expect(readText(text)).toMatchObject({ draft: { ingredients: [{ name: 'c', sha256: 'cc' }, { name: 'a' }] } });
    const none = withIngredients(text, []);
    expect(readText(none)).toMatchObject({ draft: { ingredients: [] } });
    expect(readText(withIngredients(none, [{ path: '/x.pt', name: 'x' }]))).toMatchObject({
      draft: { ingredients: [{ path: '/x.pt', name: 'x' }] },
    });
  });
});

test('a source with its hashes is the source without them, in any order of its fields', () => {
  const plain = { format: 'idx', images: '/i', labels: '/l', rows: { from: 0, to: 9 } };
  expect(isSameSource({ ...plain, sha256: { images: 'a', labels: 'b' } }, plain)).toBe(true);
  expect(isSameSource({ labels: '/l', images: '/i', rows: { to: 9, from: 0 }, format: 'idx' }, plain)).toBe(true);
  expect(isSameSource({ ...plain, rows: { from: 0, to: 8 } }, plain)).toBe(false);
});
