import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Mixture, plainMixture } from '../../main/mix/mixture.ts';
import { writeMixture } from '../../main/mix/write.ts';
import { roundToTable, valuesOfBrains, valuesOfHalfs } from './sixteen-bits.ts';
import { elementsOf, randomSingles, singles, TemporaryFolder, tensor } from './temporary-checkpoints.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const WEIGHTS = [0.3, 0.5, 0.2];
const SIZE = 70_001;

/** Three ingredients; with numbers beyond binary16 among the second ingredient's, and a NaN among the third's. */
function ingredients(): readonly Readonly<Record<string, ReturnType<typeof singles>>>[] {
  return [1, 2, 3].map((seed) => {
    const w = elementsOf(randomSingles([SIZE], seed)).slice();
    if (seed === 2) [w[5], w[SIZE - 1]] = [1e6, -3e5];
    if (seed === 3) w[9] = Number.NaN;
    return { w: singles([SIZE], w), v: randomSingles([3, 3], seed + 10) };
  });
}

function mixtureOf(
  tensors: readonly Readonly<Record<string, ReturnType<typeof singles>>>[],
  dtype: Mixture['dtype'],
): Mixture {
  const paths = tensors.map((content, i) => folder.checkpoint(`${i}.safetensors`, content));
  return {
    ...plainMixture(
      paths.map((path) => ({ path, sha256: '' })),
      WEIGHTS,
    ),
    dtype,
  };
}

/** Element by element, from the definition. */
function expectedCost(values: readonly (readonly number[])[], round: (value: number) => number) {
  const cost = { elements: 0, largestError: 0, error: 0, difference: 0, overflowed: 0 };
  for (const i of values[0]!.keys()) {
    const sum = values.reduce(
      (total, list, k) => (k === 0 ? list[i]! * WEIGHTS[0]! : total + list[i]! * WEIGHTS[k]!),
      0,
    );
    if (!Number.isFinite(sum)) continue;
    const rounded = round(sum);
    if (!Number.isFinite(rounded)) {
      cost.overflowed++;
      continue;
    }
    cost.elements++;
    cost.largestError = Math.max(cost.largestError, Math.abs(rounded - sum));
    cost.error += Math.abs(rounded - sum);
    cost.difference += Math.abs(sum - values[1]![i]!);
  }
  return cost;
}

function throughTable(table: Float64Array): (value: number) => number {
  return (value) => table[roundToTable(value, table)]!;
}

describe('what rounding cost', () => {
  test.each([
    ['F16', throughTable(valuesOfHalfs()), 2],
    ['BF16', throughTable(valuesOfBrains()), 0],
    ['F32', Math.fround, 0],
  ] as const)('of %s is what the definition gives, with any number of threads', async (dtype, round, overflowed) => {
    const tensors = ingredients();
    const mixture = mixtureOf(tensors, dtype);
    const reports = [];
    for (const threads of [1, 3]) {
      const { rounding } = await writeMixture(mixture, { path: folder.file('soup.safetensors'), threads });
      reports.push(rounding!);
    }
    expect(reports[1]).toEqual(reports[0]);
    const costs = ['w', 'v'].map((name) =>
      expectedCost(
        tensors.map((content) => elementsOf(content[name])),
        round,
      ),
    );
    for (const [index, cost] of costs.entries()) {
      const found = reports[0]!.tensors[index]!;
      expect(found).toMatchObject({
        tensor: ['w', 'v'][index],
        elements: cost.elements,
        largestError: cost.largestError,
        overflowed: cost.overflowed,
      });
      expect(found.meanError).toBeCloseTo(cost.error / cost.elements, 15);
      expect(found.meanDifference).toBeCloseTo(cost.difference / cost.elements, 9);
    }
    const { overall } = reports[0]!;
    expect(overall.overflowed).toBe(overflowed);
    expect(overall.elements).toBe(costs[0]!.elements + costs[1]!.elements);
    expect(overall.largestError).toBe(Math.max(...costs.map(({ largestError }) => largestError)));
    expect(overall.meanError / ((costs[0]!.error + costs[1]!.error) / overall.elements)).toBeCloseTo(1, 12);
  });

  test('is told of sixteen-bit ingredients whose type is kept, not of F32 ones', async () => {
    const halfs = [1, 2, 3].map((seed) => ({
      w: tensor(
        'F16',
        [64],
        Uint16Array.from({ length: 64 }, (_, i) => 15000 + i * seed),
      ),
    }));
    const kept = await writeMixture(mixtureOf(halfs, 'keep'), { path: folder.file('soup.pt') });
    expect(kept.rounding?.overall).toMatchObject({ elements: 64, overflowed: 0 });
    expect(kept.rounding!.overall.largestError).toBeGreaterThan(0);
    const singlesOnly = await writeMixture(mixtureOf(ingredients(), 'keep'), { path: folder.file('soup.safetensors') });
    expect(singlesOnly.rounding).toBeUndefined();
  });

  test('leaves out tensors that are taken over as they are, and does not change the file', async () => {
    const tensors = ingredients();
    const mixture = {
      ...mixtureOf(tensors, 'F16'),
      groups: [{ name: 'all', tensors: 'rest' as const, weights: [0, 1, 0] }],
    };
    const one = await writeMixture(mixture, { path: folder.file('soup.safetensors') });
    expect(one.rounding!.overall.meanDifference).toBe(0);
    const kept = await writeMixture({ ...mixture, dtype: 'keep' }, { path: folder.file('soup.safetensors') });
    expect(kept.rounding).toBeUndefined();
  });
});
