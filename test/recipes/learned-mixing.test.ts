import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctness, crossEntropies } from '../../main/metrics/classification.ts';
import { weightedLogits } from '../../main/metrics/ensemble.ts';
import { checkedOptions, parseOptions } from '../../main/recipes/index.ts';
import { learnedMixing } from '../../main/recipes/learned-mixing.ts';
import { learnMixing } from '../../main/recipes/mixing.ts';
import type { LearningSplit, Outputs } from '../../main/recipes/recipe.ts';
import { larderOf, NO_WEIGHTS, oracleOf } from './kitchen.ts';

interface StoredOutputs {
  readonly logits: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** Made by `mixing.py` beside it. */
const REFERENCE = JSON.parse(readFileSync(new URL('../fixtures/recipes/mixing.json', import.meta.url), 'utf8')) as {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly orders: readonly (readonly number[])[];
  readonly learned: StoredOutputs;
  readonly held: StoredOutputs;
  /** In float64, by automatic differentiation. */
  readonly epochs: readonly { readonly loss: number; readonly weights: readonly number[]; readonly correct: number }[];
  /** The weights by a PyTorch module in float32 that runs its networks in every step. */
  readonly module: readonly (readonly number[])[];
};

const outputsOf = ({ logits, labels }: StoredOutputs): Outputs => ({
  logits: logits.map((values) => Float32Array.from(values)),
  labels: Int32Array.from(labels),
});

const learned = outputsOf(REFERENCE.learned);
const held = outputsOf(REFERENCE.held);
const { batchSize, learningRate, orders } = REFERENCE;

describe('learning', () => {
  const epochs = [
    ...learnMixing(learned, { epochs: orders.length, learningRate, batchSize, order: (epoch) => orders[epoch - 1]! }),
  ];

  test('goes step by step as the reference in float64', () => {
    for (const [i, { loss, weights }] of epochs.entries()) {
      const expected = REFERENCE.epochs[i]!;
      expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-12);
      for (const [k, weight] of weights.entries()) expect(Math.abs(weight - expected.weights[k]!)).toBeLessThan(1e-12);
      const hits = correctness(weightedLogits(held.logits, weights), held.labels);
      expect(hits.reduce((sum, hit) => sum + hit, 0)).toBe(expected.correct);
    }
  });

  test('comes to the weights of a PyTorch module that runs frozen networks in every step', () => {
    for (const [i, { weights }] of epochs.entries()) {
      for (const [k, weight] of weights.entries()) {
        expect(Math.abs(weight - REFERENCE.module[i]![k]!)).toBeLessThan(1e-4);
      }
    }
  });

  test('begins with equal weights and lowers the loss', () => {
    const rows = Int32Array.from(learned.labels.keys());
    const settings = { epochs: 200, learningRate: 0.01, batchSize: learned.labels.length, order: () => rows };
    const losses = [...learnMixing(learned, settings)].map(({ loss }) => loss);
    const even = learned.logits.map(() => 1 / learned.logits.length);
    const evenLoss = crossEntropies(weightedLogits(learned.logits, even), learned.labels);
    expect(losses[0]).toBeCloseTo(evenLoss.reduce((sum, loss) => sum + loss, 0) / evenLoss.length, 5);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  test('the weights are positive and add up to one, whatever the logits', () => {
    const cases = fc.record({
      values: fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 24, maxLength: 24 }),
      labels: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
      batchSize: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(cases, ({ values, labels, batchSize: size }) => {
        const outputs = {
          logits: [Float32Array.from(values.slice(0, 12)), Float32Array.from(values.slice(12))],
          labels: Int32Array.from(labels),
        };
        const settings = { epochs: 3, learningRate: 0.1, batchSize: size, order: () => [3, 1, 0, 2] };
        for (const { loss, weights } of learnMixing(outputs, settings)) {
          expect(Number.isFinite(loss)).toBe(true);
          expect(weights.every((weight) => weight > 0)).toBe(true);
          expect(weights[0]! + weights[1]!).toBeCloseTo(1, 12);
        }
      }),
    );
  });
});

const names = ['a', 'b', 'c', 'd', 'e'];

async function cooked(raw: unknown, { hasTrain = true } = {}) {
  const asked: LearningSplit[] = [];
  const larder = { ...larderOf(names), hasSelection: true, hasTrain };
  const context = {
    ...larder,
    selection: oracleOf([], 1),
    outputs: {
      of: async (split: LearningSplit) => {
        asked.push(split);
        return split === 'train' ? learned : held;
      },
    },
    seed: 4,
    weights: NO_WEIGHTS,
    slopes: undefined,
    kept: { read: () => undefined, write: () => {} },
    aligner: { align: async () => [] },
    signal: new AbortController().signal,
  };
  const steps = learnedMixing.cook(context, checkedOptions(learnedMixing, raw, larder));
  const trace = [];
  for (;;) {
    const next = await steps.next();
    if (next.done === true) return { trace, outcome: next.value, asked };
    trace.push(next.value);
  }
}

describe('the recipe', () => {
  test('asks for each split once, tells every epoch, and keeps the weights of the best one', async () => {
    const { trace, outcome, asked } = await cooked({ epochs: 8 });
    expect(asked).toEqual(['selection', 'train']);
    const epochs = trace.filter((step) => step.kind === 'epoch');
    expect(epochs.map(({ epoch, of }) => [epoch, of])).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((epoch) => [epoch, 8]));
    const best = Math.max(...epochs.map(({ score }) => score!.correct));
    const first = epochs.find(({ score }) => score!.correct === best)!;
    expect(epochs.findLast((step) => step.best)).toBe(first);
    const weights = outcome.coefficients.groups[0]!.weights;
    const hits = correctness(weightedLogits(held.logits, weights), held.labels);
    expect(hits.reduce((sum, hit) => sum + hit, 0)).toBe(best);
    expect(outcome.used).toEqual(names);
    expect(outcome.summary).toContain(`epoch ${first.epoch} of 8`);
  });

  test('the same seed learns the same', async () => {
    expect(await cooked({})).toEqual(await cooked({}));
  });

  test('without a train split it learns from the selection split, and says that this flatters', async () => {
    const { trace, asked } = await cooked({}, { hasTrain: false });
    expect(asked).toEqual(['selection']);
    expect(trace).toContainEqual(expect.objectContaining({ kind: 'remark' }));
    await expect(cooked({ learnOn: 'train' }, { hasTrain: false })).rejects.toMatchObject({
      code: 'recipe/bad-option',
    });
  });

  test('defaults are those of the article', () => {
    expect(parseOptions(learnedMixing, {})).toMatchObject({ epochs: 10, learningRate: 0.01, metric: 'accuracy' });
  });
});
