import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { isFloating, type TensorValue, type Weights } from '../../main/checkpoints/checkpoint.ts';
import { fromFloats } from '../../main/checkpoints/convert.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import type { SplitRef } from '../../main/data/split.ts';
import type { SlopesAnswer, SlopesGroup, SlopesQuestion, SlopesTask } from '../../main/engine/protocol.ts';
import { serveSlopes } from '../../main/engine/tasks/slopes.ts';
import { Random } from '../../main/random.ts';
import { tensorflowBinding } from '../../main/runtimes/tfjs/tensorflow/load.ts';
import { makeSplit } from './synthetic-split.ts';

const CLASSES = 3;
const SPEC: ArchitectureSpec = { family: 'cnn', inputShape: [1, 8, 8], channels: [4, 6], hidden: 6, classes: CLASSES };
const ARCHITECTURE = buildArchitecture(SPEC);
const COUNT = 3;
const ROWS = [5, 1, 30, 17, 8, 22, 11, 4, 19, 27, 2, 36];
const PLENTY = 2 ** 30;
const DEVICES = tensorflowBinding() === undefined ? ['wasm'] : ['wasm', 'tensorflow'];

let folder: string;
let split: SplitRef;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-slopes-'));
  mkdirSync(join(folder, 'cache'));
  const random = new Random(1, 'slopes');
  const labels = Array.from({ length: 40 }, () => random.integer(CLASSES));
  const images = labels.flatMap((label) => Array.from({ length: 64 }, () => label * 60 + random.integer(80)));
  split = await makeSplit(folder, 'data', { images, labels, height: 8, width: 8, classes: CLASSES });
  for (let i = 0; i < COUNT; i++) writeCheckpoint(pathOf(i), 'safetensors', ingredient(i));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pathOf(i: number): string {
  return join(folder, `i${i}.safetensors`);
}

/** One network and steps away from it, with running statistics as training leaves them; the counters differ as well. */
function ingredient(i: number, dtype: 'F32' | 'F16' = 'F32'): Weights {
  const random = new Random(i, 'ingredient');
  return new Map(
    [...initialWeights(ARCHITECTURE, 1)].map(([name, tensor]): [string, TensorValue] => {
      if (!isFloating(tensor.dtype)) {
        return [name, { ...tensor, bytes: new Uint8Array(BigInt64Array.of(BigInt(100 + i)).buffer) }];
      }
      const values = new Float32Array(tensor.bytes.slice().buffer).map((value) => value + 0.2 * random.normal());
      const own = name.endsWith('running_var') ? values.map((value) => 0.5 + Math.abs(value)) : values;
      return [name, { dtype, shape: tensor.shape, bytes: fromFloats(dtype, own) }];
    }),
  );
}

const NAMES = ARCHITECTURE.parameters.map(({ name }) => name);
const inGroups = (keyOf: (name: string) => string): readonly SlopesGroup[] =>
  [...Map.groupBy(NAMES, keyOf)].map(([name, tensors]) => ({ name, tensors }));

/** From one group of everything to a group for each tensor. */
const GROUPINGS: Readonly<Record<string, readonly SlopesGroup[]>> = {
  model: inGroups(() => 'all'),
  kind: inGroups((name) =>
    name.startsWith('bn') ? 'normalization' : name.startsWith('conv') ? 'convolution' : 'head',
  ),
  layer: inGroups((name) => name.replace(/\.[^.]+$/, '')),
  tensor: inGroups((name) => name),
};

function task(changes: Partial<SlopesTask> = {}): SlopesTask {
  return {
    kind: 'slopes',
    architecture: SPEC,
    device: 'wasm',
    ingredients: Array.from({ length: COUNT }, (_, i) => ({ path: pathOf(i), sha256: '' })),
    groups: GROUPINGS.model!,
    fixed: [],
    split,
    keptBytes: PLENTY,
    ...changes,
  };
}

async function ask(given: SlopesTask, questions: readonly SlopesQuestion[]): Promise<readonly SlopesAnswer[]> {
  const answers: SlopesAnswer[] = [];
  async function* all(): AsyncGenerator<SlopesQuestion> {
    yield* questions;
  }
  await serveSlopes(given, { opened: () => {}, questions: all(), answer: (answer) => answers.push(answer) });
  return answers;
}

function question(groups: readonly unknown[], changes: Partial<SlopesQuestion> = {}): SlopesQuestion {
  const random = new Random(7, 'coefficients');
  const coefficients = groups.map(() => Array.from({ length: COUNT }, () => random.between(0.1, 0.6)));
  return { want: 'slopes', coefficients, rows: ROWS, objective: 'cross-entropy', logitScale: 1, ...changes };
}

function slopesIn(answer: SlopesAnswer): readonly (readonly number[])[] {
  if (answer.want !== 'slopes') throw new Error('no slopes');
  return answer.slopes;
}

describe('slopes of a mixture', () => {
  for (const device of DEVICES) {
    for (const [granularity, groups] of Object.entries(GROUPINGS)) {
      for (const objective of ['cross-entropy', 'entropy'] as const) {
        it(`agree with finite differences of the ${objective} by ${granularity} on ${device}`, async () => {
          const middle = question(groups, { objective });
          const [answer] = await ask(task({ groups, device }), [middle]);
          const slopes = slopesIn(answer!);
          const largest = Math.max(...slopes.flat().map(Math.abs));
          // Far enough for single precision, near enough for few kinks of ReLU in between.
          const step = 5e-4;
          const places = slopes.flatMap((row, g) => row.map((slope, i) => ({ g, i, slope })));
          const moved = places.flatMap(({ g, i }) =>
            [step, -step].map((by) => ({
              ...middle,
              want: 'score' as const,
              coefficients: middle.coefficients.map((row, other) =>
                other === g ? row.map((value, k) => (k === i ? value + by : value)) : row,
              ),
            })),
          );
          const losses = (await ask(task({ groups, device }), moved)).map(({ loss }) => loss);
          for (const [k, { g, i, slope }] of places.entries()) {
            const difference = (losses[2 * k]! - losses[2 * k + 1]!) / (2 * step);
            expect(Math.abs(difference - slope) / largest, `${groups[g]!.name} of ${i}`).toBeLessThan(8e-3);
          }
        });
      }
    }
  }

  it('add up over groups to those of the whole', async () => {
    const [whole] = await ask(task(), [question(GROUPINGS.model!, { coefficients: [[0.2, 0.5, 0.3]] })]);
    const groups = GROUPINGS.tensor!;
    const [apart] = await ask(task({ groups }), [
      question(groups, { coefficients: groups.map(() => [0.2, 0.5, 0.3]) }),
    ]);
    for (let i = 0; i < COUNT; i++) {
      const sum = slopesIn(apart!).reduce((total, row) => total + row[i]!, 0);
      expect(sum).toBeCloseTo(slopesIn(whole!)[0]![i]!, 10);
    }
  });

  it('are the same bits whether ingredients are kept in memory or read from their files', async () => {
    const groups = GROUPINGS.layer!;
    const questions = [question(groups), question(groups, { want: 'score' }), question(groups)];
    const kept = await ask(task({ groups }), questions);
    const one = ARCHITECTURE.parameters.reduce(
      (sum, { shape, dtype }) => sum + shape.reduce((product, extent) => product * extent, dtype === 'I64' ? 8 : 4),
      0,
    );
    for (const keptBytes of [0, one, 2 * one]) expect(await ask(task({ groups, keptBytes }), questions)).toEqual(kept);
    expect(kept[2]).toEqual(kept[0]);
  });

  it('leave out what stands still, which is mixed with its own weights', async () => {
    const [fixed, groups] = [GROUPINGS.kind!.slice(0, 1), GROUPINGS.kind!.slice(1)];
    const all = question(GROUPINGS.kind!);
    const weights = [1, 0, 0];
    const [part] = await ask(task({ groups, fixed: fixed.map((group) => ({ ...group, weights })) }), [
      { ...all, coefficients: all.coefficients.slice(1) },
    ]);
    const [whole] = await ask(task({ groups: GROUPINGS.kind! }), [
      { ...all, coefficients: [weights, ...all.coefficients.slice(1)] },
    ]);
    expect(part!.loss).toBe(whole!.loss);
    expect(slopesIn(part!)).toEqual(slopesIn(whole!).slice(1));
  });

  it('are those of the values that half-precision ingredients have', async () => {
    const narrow = Array.from({ length: COUNT }, (_, i) => join(folder, `half${i}.safetensors`));
    const wide = Array.from({ length: COUNT }, (_, i) => join(folder, `wide${i}.safetensors`));
    for (let i = 0; i < COUNT; i++) {
      writeCheckpoint(narrow[i]!, 'safetensors', ingredient(i, 'F16'));
      writeCheckpoint(wide[i]!, 'safetensors', widened(ingredient(i, 'F16')));
    }
    const of = (paths: readonly string[]): SlopesTask =>
      task({ ingredients: paths.map((path) => ({ path, sha256: '' })) });
    expect(await ask(of(narrow), [question([0])])).toEqual(await ask(of(wide), [question([0])]));
  });

  it('score rows as a forward pass of the same mixture does, whatever the scale of the logits', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => row);
    const coefficients = [[1, 0, 0]];
    const [score, scaled, slope] = await ask(task(), [
      question([0], { want: 'score', rows, coefficients }),
      question([0], { want: 'score', rows, coefficients, logitScale: 2 }),
      question([0], { rows, coefficients }),
    ]);
    expect(score).toMatchObject({ want: 'score', correct: expect.any(Number) });
    expect(score!.loss).toBeCloseTo(slope!.loss, 5);
    expect(scaled).toMatchObject({ correct: (score as { correct: number }).correct });
    expect(scaled!.loss).not.toBeCloseTo(score!.loss, 3);
  });
});

function widened(weights: Weights): Weights {
  return new Map(
    [...weights].map(([name, tensor]): [string, TensorValue] => {
      if (tensor.dtype !== 'F16') return [name, tensor];
      const floats = new Float32Array(new Uint16Array(tensor.bytes.slice().buffer).length);
      const halfs = new Uint16Array(tensor.bytes.slice().buffer);
      for (const [k, bits] of halfs.entries()) {
        const exponent = (bits >> 10) & 31;
        const fraction = bits & 1023;
        const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
        floats[k] = bits >> 15 === 1 ? -size : size;
      }
      return [name, { dtype: 'F32', shape: tensor.shape, bytes: new Uint8Array(floats.buffer) }];
    }),
  );
}
