import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { anyMetadata, anyWeights } from './arbitrary-weights.ts';
import { writeTorchArchive } from './archives.ts';
import { codeOf, expectedWeights, expectHolds, expectReadsFromAnyByte, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-pytorch-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** One tensor of 64 bytes. */
const TENSOR_OF_64 =
  '}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nByteStorage\n' +
  'X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x40tQK\x00K\x40\x85K\x01\x85\x89}tRs.';

describe('a file of torch.save', () => {
  it.each([
    'types.pt',
    'shapes.pt',
    'views.pt',
    'protocol-3.pt',
    'protocol-4.pt',
    'protocol-5.pt',
    'big-endian.pt',
    'state-dict.pt',
    'parameters.pt',
    'training.pt',
    'only-key.pt',
    'nested-model.pt',
  ])('%s is read bit for bit', async (name) => {
    const checkpoint = await openCheckpoint(fixture(name));
    expect(checkpoint.format).toBe('pytorch-zip');
    expectHolds(checkpoint, expectedWeights(name));
    checkpoint.close();
  });

  it('keeps the order of its tensors', async () => {
    const checkpoint = await openCheckpoint(fixture('state-dict.pt'));
    expect([...checkpoint.tensors.keys()]).toEqual([...expectedWeights('state-dict.pt').keys()]);
    checkpoint.close();
  });

  it.each(['views.pt', 'big-endian.pt', 'types.pt'])('%s is read from any byte of any tensor on', (name) =>
    expectReadsFromAnyByte(name, 500),
  );

  it('says where the weights were and what was left out', async () => {
    const checkpoint = await openCheckpoint(fixture('training.pt'));
    expect(checkpoint.remarks.join('\n')).toContain("found under 'state_dict'");
    expect(checkpoint.remarks.join('\n')).toContain('optimizer');
    expect(checkpoint.remarks.join('\n')).toMatch(/numpy.*multiarray\.scalar/);
    checkpoint.close();
  });
});

describe('a tensor whose elements were changed in the file', () => {
  it('is found by its checksum when it is read from its first byte to its last, in whatever parts', async () => {
    const path = join(folder, 'changed.pt');
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);
    writeTorchArchive(path, TENSOR_OF_64, [bytes]);
    const whole = readFileSync(path);
    whole[whole.indexOf(bytes) + 40] = 0;
    writeFileSync(path, whole);
    const checkpoint = await openCheckpoint(path);
    const part = new Uint8Array(32);
    checkpoint.read('w', 0, part);
    expect(codeOf(() => checkpoint.read('w', 32, part))).toBe('checkpoint/wrong-checksum');
    expect(codeOf(() => checkpoint.read('w', 0, new Uint8Array(64)))).toBe('checkpoint/wrong-checksum');
    checkpoint.read('w', 32, part);
    checkpoint.close();
  });
});

describe('a PyTorch file that was written', () => {
  it('reads back as it was, whatever it held', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeights(), anyMetadata(), async (weights, metadata) => {
        fc.pre(weights.size > 0);
        const path = join(folder, 'round.pt');
        writeCheckpoint(path, 'pytorch-zip', weights, metadata);
        const checkpoint = await openCheckpoint(path);
        expectHolds(checkpoint, weights);
        expect([...checkpoint.tensors.keys()]).toEqual([...weights.keys()]);
        expect(checkpoint.metadata).toEqual(metadata);
        checkpoint.close();
      }),
      { numRuns: 150 },
    );
  });
});

describe('a pickle that would run code', () => {
  it.each([
    ['hostile-os-system.pt', 'posix.system'],
    ['hostile-os-system-by-name.pt', 'os.system'],
    ['hostile-inst.pt', 'os.system'],
    ['hostile-eval.pt', 'builtins.eval'],
    ['hostile-getattr.pt', 'builtins.getattr'],
    ['hostile-torch-load.pt', 'torch.load'],
  ])('%s is refused, naming %s', async (name, named) => {
    const error = await rejectionOf(() => openCheckpoint(fixture(name)));
    expect(error.code).toBe('checkpoint/unsafe-pickle');
    expect(error.kind).toBe('input');
    expect(error.what).toContain(named);
    expect(error.details).toEqual([named]);
    expect(existsSync('/tmp/stockpot-was-here')).toBe(false);
  });
});

describe('a PyTorch file without readable named tensors', () => {
  it.each([
    ['bare-tensor.pt', 'checkpoint/no-tensors', 'without a name'],
    ['no-tensors.pt', 'checkpoint/no-tensors', 'no tensors'],
    ['complex.pt', 'checkpoint/unsupported-dtype', 'ComplexFloatStorage'],
    ['sparse.pt', 'checkpoint/unsupported-tensor', '_rebuild_sparse_tensor'],
    ['quantized.pt', 'checkpoint/unsupported-tensor', '_rebuild_qtensor'],
    ['negated.pt', 'checkpoint/unsupported-tensor', 'neg'],
  ])('%s is refused with %s', async (name, code, words) => {
    const error = await rejectionOf(() => openCheckpoint(fixture(name)));
    expect(error.code).toBe(code);
    expect(error.what).toContain(words);
  });

  it('that lacks a tensor asked for says so', async () => {
    const checkpoint = await openCheckpoint(fixture('state-dict.pt'));
    expect(codeOf(() => checkpoint.read('9.weight', 0, new Uint8Array(1)))).toBe('checkpoint/unknown-tensor');
    expect(codeOf(() => checkpoint.read('0.weight', 0, new Uint8Array(1000)))).toBe('checkpoint/out-of-range');
    checkpoint.close();
  });
});
