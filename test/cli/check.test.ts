import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { Random } from '../../main/random.ts';
import { stockpot } from './stockpot.ts';

const SHAPES = { 'fc1.weight': [48, 64], 'fc1.bias': [48], 'classifier.weight': [40, 48], 'classifier.bias': [40] };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-check-'));
  const base = values(1);
  write('a.safetensors', tuned(base, 2));
  write(
    'b.safetensors',
    prefixed(tuned(base, 3), (name) => `module.${name}`),
  );
  write(
    'named.safetensors',
    prefixed(tuned(base, 4), (name) => name.replace('fc1', '0').replace('classifier', '2')),
  );
  write('stranger.safetensors', values(9));
  const odd = new Map(tuned(base, 5));
  odd.delete('fc1.bias');
  odd.set('fc1.weight', tensor([48, 63], new Float32Array(48 * 63)));
  odd.set('extra', tensor([2], new Float32Array(2)));
  write('odd.safetensors', odd);
  const spoilt = new Map(tuned(base, 6));
  spoilt.set('classifier.bias', tensor([40], new Float32Array(40).fill(Number.NaN)));
  write('spoilt.safetensors', spoilt);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tensor(shape: readonly number[], numbers: Float32Array): TensorValue {
  return { dtype: 'F32', shape, bytes: new Uint8Array(numbers.buffer) };
}

function values(seed: number): Weights {
  return new Map(
    Object.entries(SHAPES).map(([name, shape]) => {
      const random = new Random(seed, name);
      const count = shape.reduce((product, extent) => product * extent, 1);
      return [
        name,
        tensor(
          shape,
          Float32Array.from({ length: count }, () => random.normal()),
        ),
      ];
    }),
  );
}

function tuned(base: Weights, seed: number): Weights {
  return new Map(
    [...base].map(([name, { shape, bytes }]) => {
      const random = new Random(seed, name);
      const numbers = new Float32Array(bytes.buffer as ArrayBuffer).map((value) => value + 0.1 * random.normal());
      return [name, tensor(shape, numbers)];
    }),
  );
}

function prefixed(weights: Weights, rename: (name: string) => string): Weights {
  return new Map([...weights].map(([name, value]) => [rename(name), value]));
}

function write(file: string, weights: Weights): void {
  writeCheckpoint(join(folder, file), 'safetensors', weights);
}

function check(...words: readonly string[]) {
  return stockpot(['check', ...words.map((word) => (word.startsWith('-') ? word : join(folder, word)))]);
}

test('says in the first line that checkpoints can be averaged, and what prefix was taken away', async () => {
  const { code, stdout } = await check('a.safetensors', 'b.safetensors');
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toBe('Mergeable: 2 checkpoints of mlp-48, 4 tensors.');
  expect(stdout).toContain("the prefix 'module.' stands for none");
  expect(stdout).toContain('share an ancestor');
});

test('lists every tensor that is missing, extra or of another shape', async () => {
  const { code, stdout } = await check('a.safetensors', 'odd.safetensors', '--headers-only');
  expect(code).toBe(2);
  expect(stdout.split('\n')[0]).toContain('Not mergeable: 1 problem');
  expect(stdout).toContain('missing  fc1.bias F32 [48]');
  expect(stdout).toContain('extra    extra F32 [2]');
  expect(stdout).toContain('shape    fc1.weight is F32 [48, 63], not F32 [48, 64]');
});

test('tells one that was trained from another initialisation, and numbers that are none', async () => {
  const { code, stdout } = await check(
    'a.safetensors',
    'b.safetensors',
    'stranger.safetensors',
    'spoilt.safetensors',
    '--json',
  );
  const found = JSON.parse(stdout);
  expect(code).toBe(2);
  expect(found.mergeable).toBe(false);
  expect(found.problems.join('\n')).toContain('stranger.safetensors was trained from another initialisation');
  expect(found.problems).toContain('spoilt.safetensors holds NaN or infinities in classifier.bias');
  expect(found.pairs[0]).toMatchObject({ a: 0, b: 1, verdict: 'same' });
});

test('names the same file twice as duplicates', async () => {
  const { stdout } = await check('a.safetensors', 'a.safetensors', '--json');
  expect(JSON.parse(stdout).duplicates).toHaveLength(1);
});

test('proposes names, writes them for confirmation, and takes them back', async () => {
  const map = join(folder, 'names.yml');
  const refused = await check('a.safetensors', 'named.safetensors', '--write-map', 'names.yml');
  expect(refused.code).toBe(2);
  expect(refused.stdout).toContain('0.weight → fc1.weight');
  expect(readFileSync(map, 'utf8')).toContain('fc1.weight: 0.weight');
  const taken = await check('a.safetensors', 'named.safetensors', '--map', 'names.yml');
  expect(taken.stdout.split('\n')[0]).toContain('Mergeable');
  const [a, named, soup] = ['a.safetensors', 'named.safetensors', 'soup.safetensors'].map((name) => join(folder, name));
  const unmapped = await stockpot(['merge', a!, named!, '-o', soup!]);
  expect(unmapped.code).toBe(2);
  expect((await stockpot(['merge', a!, named!, '-o', soup!, '--map', map, '--hash'])).code).toBe(0);
  expect((await stockpot(['verify', soup!])).code).toBe(0);
});
