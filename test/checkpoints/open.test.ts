import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { readWeights } from '../../main/checkpoints/weights.ts';
import { expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-open-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function made(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  return path;
}

describe('a checkpoint is told by its content', () => {
  it.each([
    ['types.safetensors', 'renamed', 'safetensors'],
    ['types.safetensors', 'renamed.old', 'safetensors'],
    ['types.pt', 'renamed', 'pytorch-zip'],
    ['types.pt', 'renamed.bin', 'pytorch-zip'],
    ['numpy/types.npz', 'renamed', 'numpy-archive'],
    ['numpy/fortran.npy', 'renamed', 'numpy-array'],
    ['onnx/torch.onnx', 'renamed', 'onnx'],
    ['pytorch/legacy-types.pt', 'renamed', 'pytorch-legacy'],
    ['pytorch/legacy-protocol-4.pt', 'renamed.old', 'pytorch-legacy'],
    ['pytorch/tar.pt', 'renamed', 'pytorch-tar'],
    ['pytorch/tar-gnu.pt', 'renamed.pth', 'pytorch-tar'],
    ['pytorch/script.pt', 'renamed', 'torchscript'],
    ['pytorch/lightning.ckpt', 'renamed', 'pytorch-zip'],
  ])('%s as %s', async (name, renamed, format) => {
    const path = join(folder, renamed);
    copyFileSync(fixture(name), path);
    const checkpoint = await openCheckpoint(path);
    expect(checkpoint.format).toBe(format);
    expectHolds(checkpoint, expectedWeights(name));
    checkpoint.close();
  });

  it.each([
    ['types.safetensors', 'renamed.pt', 'a safetensors file'],
    ['types.pt', 'renamed.safetensors', 'a PyTorch file'],
    ['numpy/types.npz', 'renamed.pt', 'a NumPy archive'],
    ['numpy/fortran.npy', 'renamed.npz', 'a NumPy array'],
    ['pytorch/legacy-types.pt', 'renamed.safetensors', 'a PyTorch file from before version 1.6'],
    ['pytorch/tar.pt', 'renamed.npz', 'the tar form of its first versions'],
    ['pytorch/script.pt', 'renamed.onnx', 'a TorchScript archive'],
    ['sharded/model.safetensors.index.json', 'renamed.safetensors', 'an index of safetensors shards'],
  ])('%s is refused as %s', async (name, renamed, content) => {
    cpSync(fixture('sharded'), folder, { recursive: true });
    const path = join(folder, renamed);
    copyFileSync(fixture(name), path);
    const error = await rejectionOf(() => openCheckpoint(path));
    expect(error.code).toBe('checkpoint/mislabelled');
    expect(error.kind).toBe('input');
    expect(error.what).toContain(content);
  });
});

describe('what is no checkpoint is named', () => {
  it.each<readonly [string, string, string | Uint8Array, string, string]>([
    ['nothing', 'a.safetensors', '', 'checkpoint/empty', 'empty'],
    ['a web page', 'a.pt', '\n<!DOCTYPE html><html>', 'checkpoint/mislabelled', 'a web page'],
    ['a web page by its own name', 'a.html', '<html>', 'checkpoint/unsupported-format', 'a web page'],
    ['a gzip archive', 'a.pt', gzipSync('x'), 'checkpoint/mislabelled', 'a gzip archive'],
    [
      'a tar archive',
      'a.model',
      `${'name'.padEnd(257, '\0')}ustar\x0000${'\0'.repeat(248)}`,
      'checkpoint/malformed-archive',
      'tar archive',
    ],
    ['a bare pickle', 'a.pkl', '\x80\x04\x95............', 'checkpoint/unsupported-format', 'a bare Python pickle'],
    ['GGUF', 'a.gguf', 'GGUF\x03\0\0\0........', 'checkpoint/unsupported-format', 'a GGUF file'],
    [
      'a Git LFS pointer',
      'a.safetensors',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      'checkpoint/mislabelled',
      'Git LFS',
    ],
    ['zeros', 'a.safetensors', new Uint8Array(1000), 'checkpoint/mislabelled', 'nothing but zeros'],
    ['an image', 'a.safetensors', '\x89PNG\r\n\x1a\n........', 'checkpoint/mislabelled', 'a PNG image'],
    ['text', 'a.bin', 'weights go here, one day', 'checkpoint/mislabelled', 'first bytes are unknown'],
    ['a few bytes', 'a.pt', 'PK', 'checkpoint/truncated', '2 bytes'],
    ['other JSON', 'a.json', '{"hello": 1}', 'checkpoint/unsupported-format', 'JSON'],
    ['the start of a zip archive', 'a.pt', 'PK\x03\x04', 'checkpoint/truncated', 'no directory'],
  ])('%s', async (_, name, content, code, words) => {
    const error = await rejectionOf(() => openCheckpoint(made(name, content)));
    expect(error.code).toBe(code);
    expect(error.kind).toBe('input');
    expect(`${error.what} ${error.remedy}`).toContain(words);
  });

  it('and so is what is not there at all', async () => {
    expect((await rejectionOf(() => openCheckpoint(join(folder, 'nowhere.pt')))).code).toBe('checkpoint/not-found');
    expect((await rejectionOf(() => openCheckpoint(join(made('file', 'x'), 'below.pt')))).code).toBe(
      'checkpoint/not-found',
    );
    expect((await rejectionOf(() => openCheckpoint(folder))).code).toBe('checkpoint/not-found');
    expect((await rejectionOf(() => openCheckpoint(`${'x'.repeat(5000)}.pt`))).code).toBe('checkpoint/io');
    if (process.platform !== 'win32')
      expect((await rejectionOf(() => openCheckpoint('/dev/null'))).code).toBe('checkpoint/not-a-file');
  });
});

describe('sharded safetensors', () => {
  const index = 'sharded/model.safetensors.index.json';

  it('are read through their index or their folder', async () => {
    for (const path of [fixture(index), fixture('sharded')]) {
      const checkpoint = await openCheckpoint(path);
      expect(checkpoint.format).toBe('safetensors-sharded');
      expect(checkpoint.files).toHaveLength(2);
      expect(Number(checkpoint.metadata.total_size)).toBeGreaterThan(0);
      expectHolds(checkpoint, expectedWeights(index));
      checkpoint.close();
    }
  });

  it('need no index when the folder holds one file', async () => {
    copyFileSync(fixture('types.safetensors'), join(folder, 'any.safetensors'));
    const checkpoint = await openCheckpoint(folder);
    expect(checkpoint.format).toBe('safetensors');
    checkpoint.close();
    copyFileSync(fixture('types.safetensors'), join(folder, 'other.safetensors'));
    expect((await rejectionOf(() => openCheckpoint(folder))).details).toEqual(['any.safetensors', 'other.safetensors']);
  });

  function indexed(map: unknown): string {
    copyFileSync(fixture('types.safetensors'), join(folder, 'one.safetensors'));
    return made('model.safetensors.index.json', JSON.stringify({ weight_map: map }));
  }

  it.each<readonly [string, unknown, string]>([
    ['leaves its folder upwards', { 'of.F32': '../one.safetensors' }, 'checkpoint/outside-folder'],
    ['leaves its folder by a detour', { 'of.F32': 'a/../../one.safetensors' }, 'checkpoint/outside-folder'],
    ['names an absolute path', { 'of.F32': '/etc/passwd' }, 'checkpoint/outside-folder'],
    ['names its own folder', { 'of.F32': '.' }, 'checkpoint/outside-folder'],
    ['names a file that is missing', { 'of.F32': 'two.safetensors' }, 'checkpoint/missing-shard'],
    ['names a tensor that is missing', { 'of.F33': 'one.safetensors' }, 'checkpoint/missing-tensor'],
    ['names a number', { 'of.F32': 1 }, 'checkpoint/malformed-index'],
    ['names nothing', {}, 'checkpoint/malformed-index'],
    ['has no map', [], 'checkpoint/unsupported-format'],
    ['names itself', { 'of.F32': 'model.safetensors.index.json' }, 'checkpoint/unsupported-shard'],
  ])('are refused when the index %s', async (_, map, code) => {
    expect((await rejectionOf(() => openCheckpoint(indexed(map)))).code).toBe(code);
  });

  it('may leave tensors out, and say so', async () => {
    const checkpoint = await openCheckpoint(indexed({ 'of.F32': 'one.safetensors' }));
    expect([...checkpoint.tensors.keys()]).toEqual(['of.F32']);
    expect(checkpoint.remarks[0]).toContain('14 tensors');
    checkpoint.close();
  });

  it.skipIf(process.platform === 'win32')('do not follow links out of their folder', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    copyFileSync(fixture('types.safetensors'), join(folder, 'secret.safetensors'));
    symlinkSync(join(folder, 'secret.safetensors'), join(inner, 'one.safetensors'));
    const path = join('inner', 'model.safetensors.index.json');
    made(path, JSON.stringify({ weight_map: { 'of.F32': 'one.safetensors' } }));
    expect((await rejectionOf(() => openCheckpoint(join(folder, path)))).code).toBe('checkpoint/outside-folder');
  });

  it('are read without an index when they are complete', async () => {
    for (const number of [1, 2]) {
      copyFileSync(
        fixture(`sharded/model-0000${number}-of-00002.safetensors`),
        join(folder, `model-0000${number}-of-00002.safetensors`),
      );
    }
    const checkpoint = await openCheckpoint(folder);
    expect(checkpoint.format).toBe('safetensors-sharded');
    expect(checkpoint.path).toBe(folder);
    expectHolds(checkpoint, expectedWeights(index));
    checkpoint.close();
    rmSync(join(folder, 'model-00002-of-00002.safetensors'));
    copyFileSync(fixture('types.safetensors'), join(folder, 'model-00001-of-00003.safetensors'));
    expect((await rejectionOf(() => openCheckpoint(folder))).code).toBe('checkpoint/ambiguous-folder');
  });

  it('without an index are refused when a tensor occurs twice', async () => {
    for (const number of [1, 2]) {
      copyFileSync(fixture('types.safetensors'), join(folder, `model-0000${number}-of-00002.safetensors`));
    }
    expect((await rejectionOf(() => openCheckpoint(folder))).code).toBe('checkpoint/duplicate-tensor');
  });

  it.skipIf(process.platform === 'win32')("are found in Hugging Face's cache, which is made of links", async () => {
    const snapshot = join(folder, 'models--x', 'snapshots', 'abc');
    const blobs = join(folder, 'models--x', 'blobs');
    for (const made of [snapshot, blobs]) mkdirSync(made, { recursive: true });
    copyFileSync(fixture('types.safetensors'), join(blobs, '123'));
    symlinkSync('../../blobs/123', join(snapshot, 'one.safetensors'));
    writeFileSync(
      join(snapshot, 'model.safetensors.index.json'),
      JSON.stringify({ weight_map: { 'of.F32': 'one.safetensors' } }),
    );
    (await openCheckpoint(snapshot)).close();
  });
});

describe('sharded PyTorch files', () => {
  const index = 'pytorch/sharded/pytorch_model.bin.index.json';

  it('are read through their index or their folder, old and new shards together', async () => {
    for (const path of [fixture(index), fixture('pytorch/sharded')]) {
      const checkpoint = await openCheckpoint(path);
      expect(checkpoint.format).toBe('pytorch-sharded');
      expect(checkpoint.files).toHaveLength(2);
      expectHolds(checkpoint, expectedWeights(index));
      checkpoint.close();
    }
  });

  it('may be mixed with safetensors files under the index of PyTorch, and not under that of safetensors', async () => {
    copyFileSync(fixture('types.safetensors'), join(folder, 'one.safetensors'));
    copyFileSync(fixture('views.pt'), join(folder, 'two.bin'));
    const map = JSON.stringify({ weight_map: { 'of.F32': 'one.safetensors', base: 'two.bin', row: 'two.bin' } });
    const checkpoint = await openCheckpoint(made('pytorch_model.bin.index.json', map));
    expect(checkpoint.format).toBe('pytorch-sharded');
    expect([...checkpoint.tensors.keys()]).toEqual(['of.F32', 'base', 'row']);
    expect(readWeights(checkpoint).get('row')?.bytes).toEqual(expectedWeights('views.pt').get('row')?.bytes);
    checkpoint.close();
    const mislabelled = await rejectionOf(() => openCheckpoint(made('model.safetensors.index.json', map)));
    expect(mislabelled.code).toBe('checkpoint/mislabelled');
  });

  it('refuse a hostile shard by name', async () => {
    copyFileSync(fixture('hostile-os-system.pt'), join(folder, 'one.bin'));
    const path = made('pytorch_model.bin.index.json', JSON.stringify({ weight_map: { weight: 'one.bin' } }));
    expect((await rejectionOf(() => openCheckpoint(path))).code).toBe('checkpoint/unsafe-pickle');
  });

  it('give way to safetensors in a folder that has both', async () => {
    copyFileSync(fixture('types.safetensors'), join(folder, 'model.safetensors'));
    copyFileSync(fixture('views.pt'), join(folder, 'pytorch_model.bin'));
    const checkpoint = await openCheckpoint(folder);
    expect(checkpoint.format).toBe('safetensors');
    checkpoint.close();
  });

  it('have a folder read that holds one file only', async () => {
    copyFileSync(fixture('views.pt'), join(folder, 'pytorch_model.bin'));
    writeFileSync(join(folder, 'config.json'), '{}');
    const checkpoint = await openCheckpoint(folder);
    expect(checkpoint.format).toBe('pytorch-zip');
    checkpoint.close();
  });
});

describe('a training checkpoint', () => {
  it.each(['model_best.pth.tar', 'checkpoint.tar', 'last.ckpt'])('may be called %s', async (name) => {
    copyFileSync(fixture('training.pt'), join(folder, name));
    const checkpoint = await openCheckpoint(join(folder, name));
    expect(checkpoint.format).toBe('pytorch-zip');
    checkpoint.close();
  });
});
