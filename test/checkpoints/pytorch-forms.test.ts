import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { expectedWeights, expectHolds, expectReadsFromAnyByte, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-forms-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function expectReads(name: string, format: string): Promise<void> {
  const checkpoint = await openCheckpoint(fixture(`pytorch/${name}`));
  expect(checkpoint.format).toBe(format);
  expectHolds(checkpoint, expectedWeights(`pytorch/${name}`));
  expect([...checkpoint.tensors.keys()]).toEqual([...expectedWeights(`pytorch/${name}`).keys()]);
  checkpoint.close();
}

describe('a file of PyTorch before 1.6', () => {
  it.each([
    'legacy-types.pt',
    'legacy-views.pt',
    'legacy-shapes.pt',
    'legacy-protocol-4.pt',
    'legacy-untyped.pt',
    'legacy-storage-views.pt',
    'legacy-training.pt',
    'module-legacy.pt',
  ])('%s is read bit for bit', (name) => expectReads(name, 'pytorch-legacy'));

  it('is little-endian, as PyTorch has it, even where it says that its machine was not', () =>
    expectReads('legacy-big-endian.pt', 'pytorch-legacy'));

  it('is read where its storages lie, from any byte on', () => expectReadsFromAnyByte('pytorch/legacy-views.pt', 300));

  it('is refused in another version of the format', async () => {
    const path = join(folder, 'a.pt');
    writeFileSync(path, Buffer.from('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xea\x03.', 'latin1'));
    expect((await rejectionOf(() => openCheckpoint(path))).what).toContain('version 1002');
  });
});

describe('the tar form of the first versions', () => {
  it.each(['tar.pt', 'tar-gnu.pt'])('%s is read bit for bit', (name) => expectReads(name, 'pytorch-tar'));

  it('is told from any other tar archive', async () => {
    const header = Buffer.alloc(1536);
    header.write('readme.txt');
    header.write('0000644\0', 100);
    header.write('00000000000\0', 124);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    const path = join(folder, 'a.tar');
    writeFileSync(path, header);
    const error = await rejectionOf(() => openCheckpoint(path));
    expect(error.code).toBe('checkpoint/mislabelled');
    expect(error.what).toContain('none of PyTorch');
  });
});

describe('a TorchScript archive', () => {
  it.each(['script.pt', 'traced.pt'])('%s is read bit for bit under the names of its state dict', (name) =>
    expectReads(name, 'torchscript'),
  );

  it('says which tensors are no parameters and no buffers', async () => {
    const checkpoint = await openCheckpoint(fixture('pytorch/script.pt'));
    expect(checkpoint.remarks.join()).toContain('table');
    checkpoint.close();
  });

  it('has no weights when it was frozen', async () => {
    const error = await rejectionOf(() => openCheckpoint(fixture('pytorch/frozen.pt')));
    expect(error.code).toBe('checkpoint/no-tensors');
    expect(error.what).toContain('frozen');
    expect(error.remedy).toContain('torch.jit.freeze');
  });
});

describe('kinds of tensors', () => {
  it.each(['kinds.pt', 'tied.pt', 'flat.pt'])('%s is read bit for bit', (name) => expectReads(name, 'pytorch-zip'));

  it.each([
    ['meta.pt', '_rebuild_meta_tensor_no_storage', 'plain ones'],
    ['distributed.pt', 'torch.distributed.tensor.DTensor', 'full_tensor'],
  ])('%s is refused by name', async (name, kind, remedy) => {
    const error = await rejectionOf(() => openCheckpoint(fixture(`pytorch/${name}`)));
    expect(error.code).toBe('checkpoint/unsupported-tensor');
    expect(error.what).toContain(kind);
    expect(error.remedy).toContain(remedy);
  });

  it('only matter where they are among the weights', async () => {
    const path = fixture('pytorch/unsupported-beside.pt');
    await expectReads('unsupported-beside.pt', 'pytorch-zip');
    expect((await rejectionOf(() => openCheckpoint(path, { stateDict: 'other' }))).code).toBe(
      'checkpoint/unsupported-dtype',
    );
    expect((await rejectionOf(() => openCheckpoint(path, { stateDict: 'q' }))).code).toBe(
      'checkpoint/unsupported-tensor',
    );
  });
});

describe('tensors that share a storage', () => {
  it.each<readonly [string, readonly (readonly [tied: boolean, ...tensors: string[]])[]]>([
    [
      'tied.pt',
      [
        [true, 'embed', 'head'],
        [false, 'embed', 'head', 'row'],
      ],
    ],
    ['flat.pt', [[false, 'a', 'b', 'whole.t', 'whole']]],
    ['script.pt', [[true, 'tied', 'inner.weight']]],
    ['module.pt', [[true, 'tied', 'inner.weight']]],
    ['legacy-storage-views.pt', [[false, 'whole', 'tail', 'head']]],
    [
      'tar.pt',
      [
        [true, 'weight', 'again'],
        [false, 'weight', 'weight.t', 'view', 'again'],
      ],
    ],
    ['lightning.ckpt', []],
  ])('are named: %s', async (name, groups) => {
    const checkpoint = await openCheckpoint(fixture(`pytorch/${name}`));
    const shared = checkpoint.sharedStorages ?? [];
    expect(shared.map(({ tied, tensors }) => [tied, ...tensors])).toEqual(groups);
    checkpoint.close();
  });

  it('stay named under other names', async () => {
    const names = { first: 'embed', second: 'head', bias: 'bias' };
    const checkpoint = await openCheckpoint(fixture('pytorch/tied.pt'), { names });
    expect(checkpoint.sharedStorages).toEqual([
      { tensors: ['first', 'second'], tied: true },
      { tensors: ['first', 'second'], tied: false },
    ]);
    checkpoint.close();
  });
});
