import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mixtureOfMerge, planMerge } from '../../main/backend/merging/merge-request.ts';
import { mixInMemory } from '../../main/mix/in-memory.ts';
import { elementsOf, TemporaryFolder, tensor } from '../mix/temporary-checkpoints.ts';

interface References {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly models: readonly Readonly<Record<string, readonly number[]>>[];
  readonly merges: readonly {
    readonly recipe: string;
    readonly options: unknown;
    readonly ingredients: readonly number[];
    readonly merged: Readonly<Record<string, readonly number[]>>;
  }[];
}

/** Written from the papers in float64 by `papers.py` beside it. */
const { shapes, models, merges }: References = JSON.parse(
  readFileSync(new URL('../fixtures/recipes/papers.json', import.meta.url), 'utf8'),
);

test.each(merges.map((merge) => [merge.recipe, merge.ingredients.length, merge] as const))(
  '%s of %i models is what its paper says',
  async (_, __, { recipe, options, ingredients, merged }) => {
    using folder = new TemporaryFolder();
    const named = ingredients.map((i) => {
      const tensors = Object.entries(models[i]!).map(([name, values]) => [
        name,
        tensor('F64', shapes[name]!, Float64Array.from(values)),
      ]);
      return { name: `m${i}`, path: folder.checkpoint(`m${i}.safetensors`, Object.fromEntries(tensors)) };
    });
    const request = { recipe, options, ingredients: named, seed: 0, accumulate: 'f64', dtype: 'keep' } as const;
    const signal = new AbortController().signal;
    const planned = await planMerge(request, { signal, onProgress: () => {} });
    const files = planned.ingredients.map((each) => ({ ...each, sha256: '' }));
    const soup = await mixInMemory(mixtureOfMerge(files, planned, request));
    for (const [name, values] of Object.entries(merged)) {
      const largest = Math.max(...values.map(Math.abs));
      for (const [i, value] of elementsOf(soup.get(name)).entries()) {
        expect(Math.abs(Number(value) - values[i]!), `${name}[${i}]`).toBeLessThan(1e-12 * largest);
      }
    }
  },
);
