import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { writeArchive, writeTorchArchive } from './archives.ts';
import { rejectionOf } from './fixtures.ts';

/** Doublings: were one of them carried out, it would take longer than the universe is old. */
const DOUBLINGS = 200;

/** More than a pickle's values may be in number, whatever they are. */
const MULTITUDE = 12_000_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-bombs-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A tensor of four numbers in the archive's only storage. */
const TENSOR =
  'ctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000' +
  'X\x03\x00\x00\x00cpuK\x04tQK\x00K\x04\x85K\x01\x85\x89}tR';

function text(content: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return `X${length.toString('latin1')}${content}`;
}

function put(index: number): string {
  return `q${String.fromCharCode(index)}`;
}

function get(index: number): string {
  return `h${String.fromCharCode(index)}`;
}

/** A value made of two of the one before, and so on. */
function doubled(first: string, pair: (one: string) => string): string {
  let pickle = first + put(0);
  for (let step = 1; step <= DOUBLINGS; step += 1) pickle += `0${pair(get(step - 1))}${put(step)}`;
  return pickle;
}

function open(pickle: string): Promise<Checkpoint> {
  const path = join(folder, 'bomb.pt');
  writeTorchArchive(path, pickle, [new Uint8Array(16)]);
  return openCheckpoint(path);
}

/** A state dict beside the bomb, which is the first thing in the file. */
function beside(bomb: string): string {
  return `}(${text('bomb')}${bomb}${text('state_dict')}}${text('w')}${TENSOR}su.`;
}

function moduleOf(children: string): string {
  const state = `}(${text('_parameters')}}${text('w')}${TENSOR}s${text('_modules')}}(${children}uu`;
  return `c__main__\nNet\n)\x81${state}b`;
}

describe('a pickle whose values double over and over is read without following them:', () => {
  it.each([
    ['lists', doubled(']', (one) => `](${one}${one}e`)],
    ['tuples', doubled(')', (one) => `${one}${one}\x86`)],
    ['dictionaries', doubled('}', (one) => `}(${text('a')}${one}${text('b')}${one}u`)],
    [
      'ordered dictionaries',
      doubled(')', (one) => `ccollections\nOrderedDict\n](${text('a')}${one}\x86${text('b')}${one}\x86e\x85R`),
    ],
    ['calls of foreign classes', doubled(')', (one) => `c__main__\nPair\n${one}${one}\x86R`)],
    ['objects’ attributes', doubled(')', (one) => `c__main__\nPair\n)R}(${text('a')}${one}${text('b')}${one}ub`)],
    ['lists as keys', doubled(']', (one) => `}(${one}${one}${text('b')}${one}u`)],
    ['sets', doubled(')', (one) => `\x8f(${one}${text('a')}\x90`)],
  ])('%s', async (_, bomb) => {
    const checkpoint = await open(beside(bomb));
    expect([...checkpoint.tensors.keys()]).toEqual(['w']);
    expect(checkpoint.stateDict).toBe('state_dict');
    checkpoint.close();
  });
});

describe('a pickle whose modules or entries lead to each other without end is refused:', () => {
  it('modules of two modules each, a hundred deep', async () => {
    const first = moduleOf('') + put(0);
    let pickle = first;
    for (let step = 1; step < 100; step += 1) {
      pickle += `0${moduleOf(`${text('a')}${get(step - 1)}${text('b')}${get(step - 1)}`)}${put(step)}`;
    }
    expect((await rejectionOf(() => open(`${pickle}.`))).code).toBe('checkpoint/malformed-pickle');
  });

  it('a module inside itself', async () => {
    const pickle = `c__main__\nNet\n)\x81${put(0)}}(${text('_parameters')}}${text('_modules')}}${text('a')}${get(0)}sub.`;
    expect((await rejectionOf(() => open(pickle))).what).toContain('nested too deeply');
  });

  it('modules under names of a megabyte', async () => {
    const name = text('x'.repeat(1 << 20)) + put(0);
    const pickle = moduleOf(`${name}${moduleOf(`${get(0)}${moduleOf('')}`)}`);
    expect((await rejectionOf(() => open(`${pickle}.`))).what).toContain('long names');
  });

  it('modules of TorchScript', async () => {
    let pickle = `c__torch__\nNet\n)\x81}(${text('w')}${TENSOR}${text('training')}\x89ub${put(0)}`;
    for (let step = 1; step < 100; step += 1) {
      const one = get(step - 1);
      pickle += `0c__torch__\nNet\n)\x81}(${text('training')}\x89${text('a')}${one}${text('b')}${one}ub${put(step)}`;
    }
    const path = join(folder, 'script.pt');
    writeArchive(path, { 'a/data.pkl': `${pickle}.`, 'a/constants.pkl': ').', 'a/data/0': new Uint8Array(16) });
    expect((await rejectionOf(() => openCheckpoint(path))).code).toBe('checkpoint/malformed-pickle');
  });

  it('one list of a hundred thousand pairs in a thousand ordered dictionaries', async () => {
    const pairs = `](${`${text('a')}N\x86`.repeat(100_000)}e${put(0)}`;
    const pickle = `](${pairs}${`ccollections\nOrderedDict\n${get(0)}\x85R`.repeat(1000)}e.`;
    expect((await rejectionOf(() => open(pickle))).code).toBe('checkpoint/malformed-pickle');
  });
});

describe('a pickle of a multitude is refused before it fills the memory:', () => {
  it.each([
    ['dictionaries', ']', `(${'}'.repeat(1000)}e`],
    ['ordered dictionaries with an entry', 'ccollections\nOrderedDict\nq\x00]', `(${'h\x00)RNNs'.repeat(1000)}e`],
    ['kept values', ']', '\x94'.repeat(1000)],
    ['tuples around tuples', ')', '\x85'.repeat(1000)],
  ])('%s', async (_, head, thousand) => {
    const error = await rejectionOf(() => open(head + thousand.repeat(MULTITUDE / 1000)));
    expect(error.code).toBe('checkpoint/malformed-pickle');
    expect(error.what).toContain('too much memory');
  });

  it('tensors', async () => {
    const call = `${TENSOR}${put(0)}`;
    const names = Array.from({ length: 300_000 }, (_, index) => `${text(index.toString(36))}${get(0)}`).join('');
    const error = await rejectionOf(() => open(`}(${text('first')}${call}${names}u.`));
    expect(error.code).toBe('checkpoint/too-many-tensors');
  });
});

describe('a pickle of great depth is no danger:', () => {
  it.each([
    ['parameters around parameters', 'ctorch._utils\n_rebuild_parameter\nq\x01', `(h\x02\x88}tRq\x02`],
    ['tensors of subclasses', 'ctorch._tensor\n_rebuild_from_type_v2\nq\x01', '(h\x02h\x02h\x02NtRq\x02'],
  ])('%s', async (_, callee, wrap) => {
    const wrapped = `${TENSOR}q\x02${`0h\x01${wrap}`.repeat(50_000)}`;
    const pickle = `}(${text('w')}${callee}0${wrapped}u.`;
    expect((await rejectionOf(() => open(pickle))).code).toBe('checkpoint/malformed-tensor');
  });

  it('keys within keys', async () => {
    let pickle = `}${text('w')}${TENSOR}s`;
    for (let depth = 0; depth < 400; depth += 1) pickle = `}${text('k')}${pickle}s`;
    expect((await rejectionOf(() => open(`${pickle}.`))).code).toBe('checkpoint/no-tensors');
  });

  it('a shape of ten thousand dimensions', async () => {
    const ones = `(${'K\x01'.repeat(10_000)}t`;
    const tensor = TENSOR.replace('K\x04\x85K\x01\x85', () => `${ones}${ones}`);
    const error = await rejectionOf(() => open(`}${text('w')}${tensor}s.`));
    expect(error.code).toBe('checkpoint/malformed-tensor');
    expect(error.what).toContain('10000 dimensions');
  });
});
