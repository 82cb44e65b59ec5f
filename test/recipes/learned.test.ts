import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { layerGroups } from '../../main/architectures/layer-groups.ts';
import type { TensorValue } from '../../main/checkpoints/checkpoint.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import type { Normalization, SplitRef } from '../../main/data/split.ts';
import { adaMerging } from '../../main/recipes/ada-merging.ts';
import { parseOptions } from '../../main/recipes/index.ts';
import { learned } from '../../main/recipes/learned.ts';
import type { CookContext, CookOutcome, KeptState, Recipe, TraceStep } from '../../main/recipes/recipe.ts';
import { tensorflowBinding } from '../../main/runtimes/tfjs/tensorflow/load.ts';
import { makeSplit } from '../engine/synthetic-split.ts';
import { NO_WEIGHTS } from './kitchen.ts';
import { slopesHere } from './real-slopes.ts';

interface ReferenceRun {
  readonly recipe: 'learned' | 'adamerging';
  readonly granularity: 'model' | 'name' | 'layer';
  readonly learnScale?: boolean;
  /** A tensor of each group. */
  readonly groups: readonly string[];
  readonly losses: readonly number[];
  /** After every epoch: one row per group, one number per model. */
  readonly tables: readonly (readonly (readonly number[])[])[];
  readonly scales: readonly number[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/learning/learned-soups.json', import.meta.url), 'utf8'),
) as {
  readonly epochs: number;
  readonly architecture: ArchitectureSpec;
  readonly normalization: Normalization;
  readonly models: readonly Readonly<Record<string, readonly number[]>>[];
  readonly images: readonly number[];
  readonly labels: readonly number[];
  readonly runs: readonly (ReferenceRun & Readonly<Record<string, unknown>>)[];
};

const ARCHITECTURE = buildArchitecture(fixture.architecture);
const NAMES = fixture.models.map((_, i) => `m${i}`);
const DEVICES = tensorflowBinding() === undefined ? ['wasm'] : ['wasm', 'tensorflow'];

let folder: string;
let split: SplitRef;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-learned-'));
  mkdirSync(join(folder, 'cache'));
  const { images, labels } = fixture;
  split = await makeSplit(folder, 'data', { images, labels, height: 8, width: 8, classes: 3 }, fixture.normalization);
  for (const [i, model] of fixture.models.entries()) {
    const weights = ARCHITECTURE.parameters.map(({ name, dtype, shape }): [string, TensorValue] => {
      const data = dtype === 'I64' ? BigInt64Array.of(BigInt(i)) : Float32Array.from(model[name]!);
      return [name, { dtype, shape, bytes: new Uint8Array(data.buffer) }];
    });
    writeCheckpoint(pathOf(i), 'safetensors', new Map(weights));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pathOf(i: number): string {
  return join(folder, `m${i}.safetensors`);
}

interface Cooked {
  readonly outcome: CookOutcome;
  readonly trace: readonly TraceStep[];
}

/** Cooks with a state that goes through JSON, as on disk. */
async function cook<Options>(
  recipe: Recipe<Options>,
  raw: Readonly<Record<string, unknown>>,
  { device = 'wasm', kept = stateOf() }: { readonly device?: string; readonly kept?: KeptState } = {},
): Promise<Cooked> {
  const context: CookContext = {
    ingredients: NAMES.map((name) => ({ id: name, name })),
    tensors: ARCHITECTURE.parameters.map(({ name }) => name),
    hasSelection: true,
    learnsFrom: ['selection'],
    layerGroups: (granularity) => layerGroups(ARCHITECTURE, granularity),
    aligner: { align: async () => [] },
    weights: NO_WEIGHTS,
    seed: 5,
    // These recipes ask for slopes alone.
    selection: { score: unasked, scoreAll: unasked, race: unasked } as unknown as CookContext['selection'],
    slopes: slopesHere({
      architecture: fixture.architecture,
      device,
      ingredients: NAMES.map((_, i) => ({ path: pathOf(i), sha256: '' })),
      split,
    }),
    kept,
    signal: new AbortController().signal,
  };
  const steps = recipe.cook(context, parseOptions(recipe, raw));
  const trace: TraceStep[] = [];
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { outcome: step.value, trace };
    trace.push(step.value);
  }
}

function unasked(): never {
  throw new Error('nobody should ask for this');
}

function stateOf(onWrite: (text: string) => void = () => {}, start?: string): KeptState {
  let text = start;
  return {
    read: () => (text === undefined ? undefined : JSON.parse(text)),
    write(state) {
      text = JSON.stringify(state);
      onWrite(text);
    },
  };
}

function epochsIn(trace: readonly TraceStep[]): readonly Extract<TraceStep, { readonly kind: 'epoch' }>[] {
  return trace.filter((step) => step.kind === 'epoch');
}

describe('learning follows the papers in double precision', () => {
  for (const device of DEVICES) {
    for (const run of fixture.runs) {
      const { recipe, granularity, groups: _, losses, tables, scales, temperature = 1, ...options } = run;
      const about = `${recipe} by ${granularity}${run.objective === undefined ? '' : ` by ${run.objective}`}`;
      it(`${about} on ${device}`, async () => {
        const states: { parameters: number[]; logitScale: number; seen: number }[] = [];
        const kept = stateOf((text) => states.push(JSON.parse(text)));
        const shared = { granularity, ...options, epochs: fixture.epochs, batchSize: fixture.labels.length };
        const { outcome, trace } =
          recipe === 'learned'
            ? await cook(learned, { ...shared, temperature, holdOut: 0 }, { device, kept })
            : await cook(adaMerging, { ...shared, base: 'm0' }, { device, kept });
        const epochs = epochsIn(trace);
        expect(epochs).toHaveLength(fixture.epochs);
        for (const [e, { loss }] of epochs.entries())
          expect(Math.abs(loss - losses[e]!), `loss ${e}`).toBeLessThan(2e-5);
        for (const [e, scale] of scales.entries()) {
          const after = states.filter(({ seen }) => seen > 0)[e]!;
          expect(Math.abs(after.logitScale - scale), `scale ${e}`).toBeLessThan(1e-4);
        }
        const last = tables.at(-1)!;
        for (const [g, tensor] of run.groups.entries()) {
          const group = outcome.coefficients.groups.find(
            ({ tensors }) => tensors === 'rest' || tensors.includes(tensor),
          )!;
          for (const [i, weight] of group.weights.entries()) {
            expect(Math.abs(weight - last[g]![i]!), `${tensor} of ${i}`).toBeLessThan(1e-4);
          }
        }
        expect(outcome.coefficients.groups).toHaveLength(run.groups.length);
      });
    }
  }
});

describe('learning', () => {
  const OPTIONS = { granularity: 'layer', epochs: 4, batchSize: 5, learnScale: true, holdOut: 0.25, memory: 0 };

  it('ends the same wherever it was interrupted, between any two minibatches', async () => {
    const states: string[] = [];
    const whole = await cook(learned, OPTIONS, { kept: stateOf((text) => states.push(text)) });
    // A beginning, five minibatches an epoch, and its end.
    expect(states).toHaveLength(1 + 4 * 6);
    for (const state of states)
      expect(await cook(learned, OPTIONS, { kept: stateOf(undefined, state) })).toEqual(whole);
  });

  it('depends on the seed alone, not on how much memory there is', async () => {
    expect(await cook(learned, { ...OPTIONS, memory: 100 })).toEqual(await cook(learned, OPTIONS));
  });

  it('takes the epoch that did best on what was held out', async () => {
    const { outcome, trace } = await cook(learned, {
      epochs: 8,
      batchSize: 6,
      learningRate: 0.5,
      holdOut: 0.5,
      patience: 8,
    });
    const losses = epochsIn(trace).map(({ score }) => score!.loss);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(
      epochsIn(trace)
        .filter((step) => step.best)
        .at(-1)!.epoch,
    ).toBe(best);
    expect(outcome.summary).toContain(`as after epoch ${best} of 8`);
  });

  it('stops when epochs in a row do no better, and then gives back where it began', async () => {
    // So slow that no prediction changes: all epochs tie with the beginning.
    const options = { epochs: 30, learningRate: 1e-9, decides: 'accuracy', patience: 2 };
    const { outcome, trace } = await cook(learned, options);
    expect(epochsIn(trace)).toHaveLength(2);
    expect(trace.at(-1)).toMatchObject({ kind: 'stopped' });
    expect(outcome.coefficients.groups[0]!.weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(outcome.summary).toContain('as in the beginning');
  });

  it('begins anew where another runtime had begun, and refuses a state that is not its own', async () => {
    let first = '';
    const whole = await cook(learned, OPTIONS, { kept: stateOf((text) => (first ||= text)) });
    const foreign = JSON.stringify({ ...JSON.parse(first), runtime: 'another' });
    expect(await cook(learned, OPTIONS, { kept: stateOf(undefined, foreign) })).toEqual(whole);
    await expect(cook(learned, OPTIONS, { kept: stateOf(undefined, '{"version":1}') })).rejects.toMatchObject({
      code: 'recipe/damaged-state',
    });
  });

  it('looks at no label where it learns from entropy', async () => {
    const { trace } = await cook(adaMerging, { base: 'm1', epochs: 2 });
    for (const step of epochsIn(trace)) expect(step.score).toBeUndefined();
    await expect(cook(learned, { objective: 'entropy', decides: 'accuracy' })).rejects.toMatchObject({
      code: 'recipe/bad-option',
    });
  });

  it('needs a base for AdaMerging, and a split that is there', async () => {
    await expect(cook(adaMerging, {})).rejects.toMatchObject({ code: 'recipe/bad-option' });
    await expect(cook(learned, { split: 'train' })).rejects.toMatchObject({ code: 'recipe/bad-option' });
  });
});
