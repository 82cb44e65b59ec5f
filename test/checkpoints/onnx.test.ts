import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Weights } from '../../main/checkpoints/checkpoint.ts';
import { planOnnx } from '../../main/checkpoints/onnx-plan.ts';
import { ONNX_TYPES } from '../../main/checkpoints/onnx-types.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { bytesField, varintField } from '../../main/checkpoints/protobuf-bytes.ts';
import { tensorInfo } from '../../main/checkpoints/tensor-size.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { factsOf } from '../../main/errors.ts';
import { anyMetadata, anyWeights } from './arbitrary-weights.ts';
import { codeOf, expectedNames, expectedWeights, expectHolds, fixture, rejectionOf } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-onnx-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const HEAD = joined(varintField(1, 8), bytesField(2, 'test'));

/** A ModelProto around the fields of its graph. */
function model(...graph: readonly Uint8Array[]): string {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, joined(HEAD, bytesField(7, joined(...graph))));
  return path;
}

function initializer(...fields: readonly Uint8Array[]): Uint8Array {
  return bytesField(5, joined(...fields));
}

/** A tensor `w` of two float32 numbers whose data lies elsewhere. */
function external(entries: Readonly<Record<string, string>>, name = 'w'): Uint8Array {
  const fields = Object.entries(entries).map(([key, value]) =>
    bytesField(13, joined(bytesField(1, key), bytesField(2, value))),
  );
  return initializer(varintField(1, 2), varintField(2, 1), bytesField(8, name), ...fields, varintField(14, 1));
}

async function refusal(path: string): Promise<string> {
  return (await rejectionOf(() => openCheckpoint(path))).code;
}

describe('files of ONNX', () => {
  it.each(expectedNames('onnx/'))('%s holds what the onnx package says', async (name) => {
    const checkpoint = await openCheckpoint(fixture(name));
    expect(checkpoint.format).toBe('onnx');
    expectHolds(checkpoint, expectedWeights(name));
    checkpoint.close();
  });

  it('are read at any offset, in any order, also where elements are of varying length', async () => {
    const checkpoint = await openCheckpoint(fixture('onnx/typed.onnx'));
    const wanted = [...expectedWeights('onnx/typed.onnx')].filter(([, { bytes }]) => bytes.length > 0);
    fc.assert(
      fc.property(fc.constantFrom(...wanted), fc.nat(), fc.nat(), ([tensor, { bytes }], at, length) => {
        const offset = at % bytes.length;
        const target = new Uint8Array(length % (bytes.length - offset + 1));
        checkpoint.read(tensor, offset, target);
        expect([...target]).toEqual([...bytes.subarray(offset, offset + target.length)]);
      }),
    );
    checkpoint.close();
  });

  it('keep metadata, and say what was left out', async () => {
    const raw = await openCheckpoint(fixture('onnx/raw.onnx'));
    expect(raw.metadata).toEqual({ recipe: 'uniform', Notiz: 'Suppe für zwei' });
    raw.close();
    const texts = await openCheckpoint(fixture('onnx/texts.onnx'));
    expect(texts.remarks).toEqual([expect.stringContaining('names')]);
    texts.close();
  });

  it.each([
    ['complex.onnx', 'checkpoint/unsupported-dtype'],
    ['constants.onnx', 'checkpoint/no-tensors'],
    ['sparse.onnx', 'checkpoint/unsupported-tensor'],
  ])('%s is refused', async (name, code) => {
    expect(await refusal(fixture(`onnx/${name}`))).toBe(code);
  });

  it('end in a typed error when they are cut off within the graph, and lose no tensor behind it', async () => {
    const whole = readFileSync(fixture('onnx/raw.onnx'));
    const path = join(folder, 'cut');
    const outcomes = new Set<string>();
    for (let length = 16; length < whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length));
      const outcome = await openCheckpoint(path).catch((thrown: unknown) => factsOf(thrown).code);
      outcomes.add(typeof outcome === 'string' ? outcome : 'read');
      if (typeof outcome === 'string') continue;
      expectHolds(outcome, expectedWeights('onnx/raw.onnx'));
      outcome.close();
    }
    expect([...outcomes].toSorted()).toEqual(['checkpoint/truncated', 'read']);
  });
});

describe('a model is refused when', () => {
  const sizes = varintField(1, 2);
  const float = varintField(2, 1);
  const name = bytesField(8, 'w');
  const raw = bytesField(9, new Uint8Array(8));
  it.each<readonly [string, readonly Uint8Array[], string]>([
    ['it has no weights', [bytesField(2, 'graph')], 'no-tensors'],
    [
      'a tensor is shorter than its shape',
      [initializer(sizes, float, name, bytesField(9, new Uint8Array(7)))],
      'malformed-protobuf',
    ],
    ['a tensor has its data twice', [initializer(sizes, float, name, raw, raw)], 'malformed-protobuf'],
    [
      'a tensor has raw and typed data',
      [initializer(sizes, float, name, raw, bytesField(4, new Uint8Array(8)))],
      'malformed-protobuf',
    ],
    ['a tensor has no data', [initializer(sizes, float, name)], 'malformed-protobuf'],
    [
      'the data is in a field for another type',
      [initializer(sizes, float, name, bytesField(7, Uint8Array.of(1, 2)))],
      'malformed-protobuf',
    ],
    [
      'a number has no end',
      [initializer(sizes, varintField(2, 7), name, bytesField(7, Uint8Array.of(1, 128)))],
      'malformed-protobuf',
    ],
    [
      'a size is negative',
      [initializer(bytesField(1, Buffer.from('ffffffffffffffffff01', 'hex')), float, name)],
      'malformed-protobuf',
    ],
    [
      'sizes are beyond counting',
      [initializer(varintField(1, 2 ** 52), varintField(1, 2 ** 52), float, name)],
      'malformed-protobuf',
    ],
    [
      'a tensor is larger than any memory',
      [initializer(varintField(1, 2 ** 40), float, name, raw)],
      'malformed-protobuf',
    ],
    [
      'it has very many dimensions',
      [initializer(bytesField(1, new Uint8Array(65).fill(1)), float, name, raw)],
      'malformed-protobuf',
    ],
    [
      'two tensors have one name',
      [initializer(sizes, float, name, raw), initializer(sizes, float, name, raw)],
      'malformed-protobuf',
    ],
    [
      'a name has no end',
      [initializer(sizes, float, bytesField(8, new Uint8Array(70_000).fill(97)), raw)],
      'malformed-protobuf',
    ],
    ['a name is no text', [initializer(sizes, float, bytesField(8, Uint8Array.of(255)), raw)], 'malformed-protobuf'],
    [
      'elements are not packed, by the hundred thousand',
      [initializer(sizes, float, name, Buffer.from('2500000000'.repeat(100_000), 'hex'))],
      'malformed-protobuf',
    ],
    ['it is a segment', [initializer(sizes, float, name, raw, bytesField(3, ''))], 'malformed-protobuf'],
    ['a group is in it', [Uint8Array.of(0x0b, 0x0c)], 'malformed-protobuf'],
    ['a field is longer than its message', [Buffer.from('2aff01', 'hex')], 'truncated'],
  ])('%s', async (_, graph, code) => {
    expect(await refusal(model(...graph))).toBe(`checkpoint/${code}`);
  });

  it('its graphs are nested without end', async () => {
    let graph: Uint8Array = initializer(sizes, float, name, raw);
    for (let depth = 0; depth < 200; depth += 1) graph = bytesField(1, bytesField(5, bytesField(6, graph)));
    expect(await refusal(model(graph))).toBe('checkpoint/malformed-protobuf');
  });

  it('it has no graph, or two', async () => {
    const path = model(initializer(sizes, float, name, raw));
    const bytes = readFileSync(path);
    writeFileSync(path, joined(bytes, bytes.subarray(HEAD.length)));
    expect(await refusal(path)).toBe('checkpoint/malformed-protobuf');
    writeFileSync(path, joined(HEAD, bytesField(3, 'nothing follows')));
    expect(await refusal(path)).toBe('checkpoint/malformed-protobuf');
  });
});

describe('external data', () => {
  beforeEach(() => {
    writeFileSync(join(folder, 'w.data'), Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64));
  });

  it('is read, tied tensors from the same place', async () => {
    const path = model(
      external({ location: 'w.data' }),
      external({ location: './w.data', offset: '0', length: '8' }, 'v'),
    );
    const checkpoint = await openCheckpoint(path);
    const bytes = Uint8Array.of(0, 0, 128, 63, 0, 0, 0, 64);
    expectHolds(checkpoint, new Map(['w', 'v'].map((tensor) => [tensor, { dtype: 'F32', shape: [2], bytes }])));
    checkpoint.close();
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['lies nowhere', {}, 'malformed-protobuf'],
    ['is missing', { location: 'x.data' }, 'missing-data-file'],
    ['lies above the folder', { location: '../w.data' }, 'outside-folder'],
    ['lies above the folder, by detours', { location: 'a/../../w.data' }, 'outside-folder'],
    ['has an absolute path', { location: '/etc/passwd' }, 'outside-folder'],
    ['is the folder itself', { location: '.' }, 'outside-folder'],
    ['has a name with a zero byte', { location: 'w.data\0' }, 'outside-folder'],
    ['ends too early', { location: 'w.data', offset: '4' }, 'truncated'],
    ['lies far beyond', { location: 'w.data', offset: '999999999999999' }, 'truncated'],
    ['has a negative offset', { location: 'w.data', offset: '-8' }, 'malformed-protobuf'],
    ['has an offset that is none', { location: 'w.data', offset: '1e3' }, 'malformed-protobuf'],
    ['has another length than the tensor', { location: 'w.data', length: '4' }, 'malformed-protobuf'],
    ['is a folder', { location: 'sub' }, 'not-a-file'],
    ['is a link to elsewhere', { location: 'link' }, 'outside-folder'],
  ])('is refused when it %s', async (_, entries, code) => {
    mkdirSync(join(folder, 'sub'));
    symlinkSync('/etc/passwd', join(folder, 'link'));
    expect(await refusal(model(external(entries)))).toBe(`checkpoint/${code}`);
  });

  it('is refused when tensors overlap', async () => {
    writeFileSync(join(folder, 'w.data'), new Uint8Array(20));
    const path = model(external({ location: 'w.data' }), external({ location: 'w.data', offset: '4' }, 'v'));
    expect(await refusal(path)).toBe('checkpoint/overlapping-tensors');
  });

  it('goes with its model', async () => {
    cpSync(fixture('onnx/external'), folder, { recursive: true });
    const checkpoint = await openCheckpoint(join(folder, 'model.onnx'));
    expect(checkpoint.files).toEqual(['model.onnx', 'first.data', 'second.data'].map((file) => join(folder, file)));
    checkpoint.close();
  });
});

/** An architecture that declares these tensors and computes nothing. */
function graphOf(weights: Weights): Uint8Array {
  const declared = [...weights].map(([name, { dtype, shape }]) =>
    initializer(
      ...shape.map((size) => varintField(1, size)),
      varintField(2, ONNX_TYPES[dtype].number),
      bytesField(8, name),
      varintField(14, 1),
    ),
  );
  return joined(HEAD, bytesField(7, joined(bytesField(2, 'graph'), ...declared)));
}

describe('writing a model', () => {
  it('keeps every name, type, shape, bit and text', async () => {
    await fc.assert(
      fc.asyncProperty(anyWeights(), anyMetadata(), async (weights, metadata) => {
        fc.pre(weights.size > 0 && !weights.has(''));
        const path = join(folder, 'soup.onnx');
        writeCheckpoint(path, 'onnx', weights, metadata, { graph: graphOf(weights) });
        const checkpoint = await openCheckpoint(path);
        expectHolds(checkpoint, weights);
        expect(checkpoint.metadata).toEqual(metadata);
        checkpoint.close();
      }),
      { numRuns: 60 },
    );
  });

  const value = { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) } as const;
  const weights: Weights = new Map([['w', value]]);

  it('puts the elements into a second file beyond a limit', () => {
    const tensors = [...weights].map(([name, { dtype, shape }]) => tensorInfo(name, dtype, shape)!);
    const options = { name: 'soup.onnx', metadata: {}, graph: graphOf(weights) };
    const inline = planOnnx(tensors, options);
    expect(planOnnx(tensors, options, inline.files[0]!.size).files).toHaveLength(1);
    expect(planOnnx(tensors, options, inline.files[0]!.size - 1).files.map(({ name }) => name)).toEqual([
      'soup.onnx.data',
      'soup.onnx',
    ]);
  });

  it('is refused without an architecture, or with one that the weights do not fit', () => {
    const path = join(folder, 'soup.onnx');
    const write = (given: Weights, graph?: Uint8Array): string =>
      codeOf(() => writeCheckpoint(path, 'onnx', given, {}, graph === undefined ? {} : { graph }));
    expect(write(weights)).toBe('checkpoint/needs-architecture');
    expect(write(weights, Uint8Array.of(255))).toBe('checkpoint/malformed-graph');
    expect(write(new Map(), graphOf(weights))).toBe('checkpoint/missing-tensor');
    expect(write(new Map([['w', { ...value, shape: [1, 2] }]]), graphOf(weights))).toBe('checkpoint/unlike-graph');
    expect(write(new Map([['w', { ...value, dtype: 'I32' }]]), graphOf(weights))).toBe('checkpoint/unlike-graph');
  });
});
