import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointFormat } from '../../main/checkpoints/formats.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { offeredFormats, type PlannedFormat } from '../../main/checkpoints/output-formats.ts';
import { readTensor, readWeights } from '../../main/checkpoints/weights.ts';
import { formatOfPath, planOutput, writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { codeOf, expectedWeights, expectHolds, expectSameWeights, fixture } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-write-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('writing a checkpoint', () => {
  it.each(['soup.safetensors', 'soup.pt'])('to %s keeps every type and shape', async (name) => {
    const path = join(folder, name);
    const weights = new Map([...expectedWeights('types.pt'), ...expectedWeights('shapes.pt')]);
    writeCheckpoint(path, formatOfPath(path) as PlannedFormat, weights, { recipe: 'uniform' });
    const checkpoint = await openCheckpoint(path);
    expectHolds(checkpoint, weights);
    expect(checkpoint.metadata).toEqual({ recipe: 'uniform' });
    checkpoint.close();
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('twice gives the same bytes', () => {
    for (const name of ['a.pt', 'b.pt'])
      writeCheckpoint(join(folder, name), 'pytorch-zip', expectedWeights('views.pt'));
    expect(readFileSync(join(folder, 'a.pt')).equals(readFileSync(join(folder, 'b.pt')))).toBe(true);
  });

  it('gives a zip archive that others unpack, with storages at multiples of 64 bytes', async () => {
    const path = join(folder, 'soup.pt');
    const weights = expectedWeights('types.pt');
    writeCheckpoint(path, 'pytorch-zip', weights);
    const unpacked = unzipSync(readFileSync(path));
    [...weights.values()].forEach(({ bytes }, index) => {
      expect([...unpacked[`archive/data/${index}`]!]).toEqual([...bytes]);
    });
    const infos = await openCheckpoint(path);
    const plan = planOutput('pytorch-zip', [...infos.tensors.values()], { name: 'any.pt', metadata: {} });
    infos.close();
    for (const { offset } of plan.places.values()) expect(offset % 64).toBe(0);
  });

  it('leaves what was there when the weights are wrong', () => {
    const path = join(folder, 'soup.pt');
    writeFileSync(path, 'old');
    const wrong = new Map([['a', { dtype: 'F32', shape: [2], bytes: new Uint8Array(4) } as const]]);
    expect(codeOf(() => writeCheckpoint(path, 'pytorch-zip', wrong))).toBe('checkpoint/wrong-size');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['soup.pt']);
  });
});

describe('the format of an output', () => {
  it('follows from its name', () => {
    expect(formatOfPath('a/b.safetensors')).toBe('safetensors');
    expect(formatOfPath('B.PT')).toBe('pytorch-zip');
    expect(formatOfPath('b.pth')).toBe('pytorch-zip');
    expect(codeOf(() => formatOfPath('a.zip'))).toBe('checkpoint/unknown-extension');
    expect(codeOf(() => formatOfPath('safetensors'))).toBe('checkpoint/unknown-extension');
  });
});

describe('weights', () => {
  it('are read by name, in the order asked for', async () => {
    const checkpoint = await openCheckpoint(fixture('types.pt'));
    const weights = readWeights(checkpoint, ['of.I8', 'of.F16']);
    expect([...weights.keys()]).toEqual(['of.I8', 'of.F16']);
    const wanted = expectedWeights('types.pt').get('of.I8')!;
    expectSameWeights(new Map([['x', readTensor(checkpoint, 'of.I8')]]), new Map([['x', wanted]]));
    expect(codeOf(() => readWeights(checkpoint, ['no']))).toBe('checkpoint/unknown-tensor');
    checkpoint.close();
  });
});

describe('what a soup can be written as', () => {
  const refused = (layout: CheckpointFormat | undefined, knowsArchitecture: boolean): readonly string[] =>
    offeredFormats({ layout, knowsArchitecture }).flatMap(({ format, refusal }) =>
      refusal === undefined ? [] : [format],
    );

  it('follows from what is known of it', () => {
    expect(refused('safetensors', true)).toEqual(['keras-h5']);
    expect(refused('keras-h5', false)).toEqual(['onnx']);
    expect(refused(undefined, false)).toEqual(['keras-h5', 'onnx']);
  });
});
