import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readTensor } from '../../main/checkpoints/weights.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';

const STOCKPOT = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-merge-'));
  save('a.safetensors', [1, 2]);
  save('b.pt', [3, 6]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function save(name: string, values: readonly number[]): void {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  const format = name.endsWith('.pt') ? 'pytorch-zip' : 'safetensors';
  writeCheckpoint(join(folder, name), format, new Map([['w', { dtype: 'F32', shape: [values.length], bytes }]]));
}

function merge(...parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [STOCKPOT, 'merge', ...parameters], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function verify(...parameters: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [STOCKPOT, 'verify', ...parameters], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, STOCKPOT_WORKSPACE: join(folder, 'none') },
  });
  return { status, stdout, stderr };
}

async function valuesIn(name: string): Promise<readonly number[]> {
  const checkpoint = await openCheckpoint(join(folder, name));
  try {
    return [...new Float32Array(readTensor(checkpoint, 'w').bytes.slice().buffer)];
  } finally {
    checkpoint.close();
  }
}

describe('merging', () => {
  test('averages files of both formats into a third', async () => {
    const { status, stdout } = merge('a.safetensors', 'b.pt', '-o', 'soup.safetensors');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Wrote soup\.safetensors: 1 tensor,.*from 2 ingredients \(uniform\)/);
    expect(await valuesIn('soup.safetensors')).toEqual([2, 4]);
  });

  test('weighs as told, normalised or not', async () => {
    merge('a.safetensors', 'b.pt', '--weights', '1,3', '-o', 'soup.pt');
    expect(await valuesIn('soup.pt')).toEqual([2.5, 5]);
    merge('a.safetensors', 'b.pt', '--weights', '-1,2', '--no-normalize', '-o', 'soup.pt', '--force');
    expect(await valuesIn('soup.pt')).toEqual([5, 10]);
  });

  test('writes the network into an ONNX model where its architecture is known, and says so where it is not', async () => {
    const network = buildArchitecture({ family: 'mlp', inputShape: [1, 2, 2], hidden: [3], classes: 2 });
    for (const [seed, name] of ['one', 'two'].entries()) {
      writeCheckpoint(join(folder, `${name}.safetensors`), 'safetensors', initialWeights(network, seed));
    }
    expect(merge('one.safetensors', 'two.safetensors', '-o', 'soup.onnx').status).toBe(0);
    const checkpoint = await openCheckpoint(join(folder, 'soup.onnx'));
    expect([...checkpoint.tensors.keys()].toSorted()).toEqual(network.parameters.map(({ name }) => name).toSorted());
    checkpoint.close();
    const unknown = merge('a.safetensors', 'b.pt', '-o', 'unknown.onnx');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('An ONNX model holds the architecture');
  });

  test('says in JSON and in the file what it did, hashes included where asked', async () => {
    const { stdout } = merge('a.safetensors', 'b.pt', '-o', 'soup.safetensors', '--hash', '--json', '--dtype', 'bf16');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ recipe: 'uniform', dtype: 'BF16', tensorCount: 1, nonFinite: [] });
    expect(report.ingredients[0]).toMatchObject({ path: 'a.safetensors', weight: 0.5 });
    expect(report.ingredients[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    const checkpoint = await openCheckpoint(join(folder, 'soup.safetensors'));
    const origin = JSON.parse(checkpoint.metadata['stockpot.merge'] ?? '');
    checkpoint.close();
    expect(origin.ingredients[1]).toEqual({
      name: 'b.pt',
      weight: 0.5,
      path: 'b.pt',
      sha256: report.ingredients[1].sha256,
    });
  });

  test('what was merged with --hash can be verified, also after a move of everything', () => {
    merge('a.safetensors', 'b.pt', '--weights', '1,3', '-o', 'soup.pt', '--hash', '--dtype', 'f16');
    const moved = join(folder, 'moved');
    mkdirSync(moved);
    for (const name of ['a.safetensors', 'b.pt', 'soup.pt']) renameSync(join(folder, name), join(moved, name));
    expect(verify('moved/soup.pt')).toMatchObject({ status: 0, stdout: expect.stringContaining('equal bit for bit') });

    renameSync(join(moved, 'b.pt'), join(folder, 'renamed.pt'));
    expect(verify('moved/soup.pt').status).toBe(2);
    expect(verify('moved/soup.pt', '--ingredients', '.').status).toBe(0);
  });

  test('a file that was merged with --hash and changed since is found out', () => {
    merge('a.safetensors', 'b.pt', '-o', 'soup.safetensors', '--hash');
    const bytes = readFileSync(join(folder, 'soup.safetensors'));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(folder, 'soup.safetensors'), bytes);
    const { status, stdout } = verify('soup.safetensors');
    expect(status).toBe(1);
    expect(stdout).toContain('- w: 1 bytes differ, the first in element 1');
  });

  test('what was merged without hashes cannot be verified, and the remedy is named', () => {
    merge('a.safetensors', 'b.pt', '-o', 'soup.safetensors');
    const { status, stderr } = verify('soup.safetensors');
    expect(status).toBe(2);
    expect(stderr).toContain('Merge again with --hash');
  });

  test('warns of NaN in the result', () => {
    save('nan.safetensors', [Number.NaN, 1]);
    const { status, stderr } = merge('a.safetensors', 'nan.safetensors', '-o', 'soup.safetensors');
    expect(status).toBe(0);
    expect(stderr).toContain('warning: w holds NaN or infinite values');
  });
});

describe('bad usage and bad input end with code 2, a clear message and no file', () => {
  test.each([
    ['an unknown recipe', ['--recipe', 'unifrom'], "did you mean 'uniform'?"],
    ['a recipe that needs data', ['--recipe', 'greedy'], 'stockpot cook'],
    ['weights that are no numbers', ['--weights', '1,x'], "'x' is not a number"],
    ['too few weights', ['--weights', '1'], '1 weights were given for 2 ingredients'],
    ['weights too large to add up', ['--weights', '1e308,1e308'], 'too little or too much'],
    ['weights for a uniform soup', ['--recipe', 'uniform', '--weights', '1,2'], 'Use --recipe weighted'],
    ['a weighted soup without weights', ['--recipe', 'weighted'], 'needs weights'],
    ['an unknown type', ['--dtype', 'f12'], 'keep, f32, f16, bf16, f64'],
    ['a number of threads that is none', ['--threads', 'many'], 'not a number of threads'],
    ['an unknown option', ['--wheights', '1'], 'unknown option'],
  ])('%s', (_, parameters, message) => {
    const { status, stderr } = merge('a.safetensors', 'b.pt', '-o', 'soup.pt', ...parameters);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
    expect(readdirSync(folder).toSorted()).toEqual(['a.safetensors', 'b.pt']);
  });

  test.each([
    ['mismatched', 'c.safetensors', () => save('c.safetensors', [1, 2, 3]), 'w has shape [3], not [2]'],
    ['missing', 'c.safetensors', () => undefined, 'no such file'],
    ['empty', 'c.pt', () => writeFileSync(join(folder, 'c.pt'), ''), 'c.pt'],
    [
      'mislabelled',
      'c.safetensors',
      () => copyFileSync(join(folder, 'b.pt'), join(folder, 'c.safetensors')),
      'although its name ends in .safetensors',
    ],
    [
      'truncated',
      'c.safetensors',
      () => writeFileSync(join(folder, 'c.safetensors'), readFileSync(join(folder, 'a.safetensors')).subarray(0, -1)),
      'incomplete',
    ],
  ])('a checkpoint that is %s', (_, name, make, message) => {
    make();
    const before = readdirSync(folder).toSorted();
    const { status, stderr } = merge('a.safetensors', name, '-o', 'soup.safetensors');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
    expect(readdirSync(folder).toSorted()).toEqual(before);
  });

  test('an output that exists is left alone without --force', () => {
    writeFileSync(join(folder, 'soup.pt'), 'precious');
    const { status, stdout } = merge('a.safetensors', 'b.pt', '-o', 'soup.pt', '--json');
    expect(status).toBe(2);
    expect(JSON.parse(stdout).error.code).toBe('cli/output-exists');
    expect(readFileSync(join(folder, 'soup.pt'), 'utf8')).toBe('precious');
  });

  test('an ingredient is not overwritten, not even with --force', async () => {
    const { status, stderr } = merge('a.safetensors', 'b.pt', '-o', 'a.safetensors', '--force');
    expect(status).toBe(2);
    expect(stderr).toContain('overwrite one of the ingredients');
    expect(await valuesIn('a.safetensors')).toEqual([1, 2]);
  });
});
