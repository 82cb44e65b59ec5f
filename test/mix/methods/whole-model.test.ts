import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TensorValue, Weights } from '../../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../../main/checkpoints/open.ts';
import { mixInMemory } from '../../../main/mix/in-memory.ts';
import { findMethod } from '../../../main/mix/methods/index.ts';
import type { MethodParameters } from '../../../main/mix/methods/tensor-method.ts';
import { type Mixture, mixtureOf } from '../../../main/mix/mixture.ts';
import { verifyMixture } from '../../../main/mix/verify.ts';
import { writeMixture } from '../../../main/mix/write.ts';
import { elementsOf, network, singles, TemporaryFolder, tensor } from '../temporary-checkpoints.ts';
import { parametersOf } from './parameters.ts';

type Tensors = Readonly<Record<string, TensorValue>>;

/** Three models whose second tensor is changed far more than the others. */
function models(): readonly Tensors[] {
  const base = network(1);
  const changed = [2, 3].map((seed) => {
    const changes = network(seed);
    return Object.fromEntries(
      Object.entries(base).map(([name, value]) => {
        if (value.dtype !== 'F32') return [name, value];
        const by = elementsOf(changes[name]!);
        const scale = name === 'fc.weight' ? 0.5 : 0.01;
        return [
          name,
          singles(
            value.shape,
            [...elementsOf(value)].map((x, i) => x + scale * by[i]!),
          ),
        ];
      }),
    );
  });
  return [base, ...changed];
}

function mixtureFor(
  folder: TemporaryFolder,
  all: readonly Tensors[],
  name: string,
  given: Partial<MethodParameters>,
): Mixture {
  const ingredients = all.map((tensors, i) => ({ path: folder.checkpoint(`${i}.safetensors`, tensors), sha256: '' }));
  const method = { name, ...parametersOf(findMethod(name)!, all.length, { base: 0, ...given }) };
  return mixtureOf(ingredients, [{ name: 'all', tensors: 'rest', weights: all.map(() => 1), method }]);
}

/** The changes of one model, tensor by tensor, as f32. */
function changesOf(all: readonly Tensors[], model: number): ReadonlyMap<string, Float32Array> {
  const floating = Object.entries(all[0]!).filter(([, { dtype }]) => dtype === 'F32' || dtype === 'F64');
  return new Map(
    floating.map(([name, value]) => {
      const base = elementsOf(value);
      return [name, Float32Array.from(elementsOf(all[model]![name]!), (x, i) => x - base[i]!)];
    }),
  );
}

function smallestKept(changes: ReadonlyMap<string, Float32Array>, density: number): number {
  const all = [...changes.values()].flatMap((values) => [...values].map(Math.abs)).sort((a, b) => b - a);
  return all[Math.floor(density * all.length) - 1]!;
}

const DENSITIES = [1, 0.4, 0.2];

function expectTrimmed(merged: Weights, all: readonly Tensors[]): void {
  const both = [1, 2].map((model) => changesOf(all, model));
  const limits = both.map((changes, i) => smallestKept(changes, DENSITIES[i + 1]!));
  for (const name of both[0]!.keys()) {
    const base = elementsOf(all[0]![name]!);
    const found = elementsOf(merged.get(name)!);
    for (let i = 0; i < base.length; i++) {
      const kept = both.map((changes, model) => {
        const change = changes.get(name)![i]!;
        return Math.abs(change) >= limits[model]! ? change : 0;
      });
      const sign = kept[0]! + kept[1]! >= 0 ? 1 : -1;
      const agreeing = kept.filter((change) => Math.sign(change) === sign);
      const change = agreeing.length === 0 ? 0 : agreeing.reduce((sum, each) => sum + each, 0) / agreeing.length;
      expect(found[i]! - (base[i]! + change)).toBeCloseTo(0, 5);
    }
  }
}

test('TIES can trim the whole task vector, so that what changed most keeps most', async () => {
  using folder = new TemporaryFolder();
  const all = models();
  const each = { density: DENSITIES };
  const mixture = mixtureFor(folder, all, 'ties', { each, shared: { trim_over: 'model' } });
  const merged = await mixInMemory(mixture);
  expectTrimmed(merged, all);
  const unchanged = elementsOf(merged.get('conv.weight')!).filter(
    (x, i) => x === elementsOf(all[0]!['conv.weight']!)[i],
  );
  expect(unchanged.length).toBeGreaterThan(200);
});

test('it does so for types of either precision together', async () => {
  using folder = new TemporaryFolder();
  const all = models().map((tensors) => {
    const mean = tensors['bn.running_mean']!;
    return { ...tensors, 'bn.running_mean': tensor('F64', mean.shape, Float64Array.from(elementsOf(mean))) };
  });
  const mixture = mixtureFor(folder, all, 'ties', { each: { density: DENSITIES }, shared: { trim_over: 'model' } });
  expectTrimmed(await mixInMemory(mixture), all);
});

test.each([0, 1])('a density of %d keeps nothing or everything of the whole model', async (density) => {
  using folder = new TemporaryFolder();
  const all = models();
  const each = { density: [1, density, density] };
  const whole = await mixInMemory(mixtureFor(folder, all, 'ties', { each, shared: { trim_over: 'model' } }));
  const single = await mixInMemory(mixtureFor(folder, all, 'ties', { each }));
  expect(whole).toEqual(single);
});

test('a file that threads wrote together is what memory gets, and what verification expects', async () => {
  using folder = new TemporaryFolder();
  const mixture = mixtureFor(folder, models(), 'ties', {
    each: { density: DENSITIES },
    shared: { trim_over: 'model' },
  });
  const merged = await mixInMemory(mixture);
  const paths = [1, 3].map((threads) => ({ threads, path: folder.file(`by-${threads}.safetensors`) }));
  for (const { threads, path } of paths) await writeMixture(mixture, { path, threads });
  expect(readFileSync(paths[0]!.path)).toEqual(readFileSync(paths[1]!.path));
  const written = await openCheckpoint(paths[0]!.path);
  for (const [name, { bytes }] of merged) {
    const own = new Uint8Array(bytes.length);
    written.read(name, 0, own);
    expect(own).toEqual(bytes);
  }
  written.close();
  expect((await verifyMixture(mixture, paths[1]!.path)).differences).toEqual([]);
});

test('RAM+ can count shared and unique changes over the whole model', async () => {
  using folder = new TemporaryFolder();
  const all = models();
  const shared = { count_over: 'model', epsilon: 0.01, r: 0.5, alpha: 5 };
  const merged = await mixInMemory(mixtureFor(folder, all, 'ramplus_tl', { shared }));
  const both = [1, 2].map((model) => changesOf(all, model));
  const counts = both.map(() => ({ shared: 0, alone: 0 }));
  const isChange = (name: string, model: number, i: number): boolean => Math.abs(both[model]!.get(name)![i]!) > 0.01;
  const names = [...both[0]!.keys()];
  for (const name of names) {
    for (const i of both[0]!.get(name)!.keys()) {
      for (const model of [0, 1]) {
        if (isChange(name, model, i)) counts[model]![isChange(name, 1 - model, i) ? 'shared' : 'alone']++;
      }
    }
  }
  const factors = counts.map(({ shared: together, alone }) => 1 + 0.5 * Math.min(5, together / alone));
  for (const name of names) {
    const base = elementsOf(all[0]![name]!);
    for (const [i, value] of [...elementsOf(merged.get(name)!)].entries()) {
      const present = [0, 1].filter((model) => isChange(name, model, i));
      const values = present.map(
        (model) => both[model]!.get(name)![i]! * (present.length === 1 ? factors[model]! : 0.5),
      );
      expect(value).toBeCloseTo(base[i]! + values.reduce((sum, each) => sum + each, 0), 5);
    }
  }
});
