import type { TensorValue, Weights } from '../checkpoints/checkpoint.ts';
import type { IngredientCache } from './ingredient-cache.ts';
import { Mixer } from './mixer.ts';
import type { Mixture } from './mixture.ts';
import { closeIngredients, openIngredients } from './open-ingredients.ts';
import { planMixture, type TensorSource } from './plan.ts';

/** Kept, because making one takes longer than mixing a small network. */
let lastMixer: Mixer | undefined;

/**
 * Computes a mixture into memory, bit for bit what `writeMixture` writes.
 * @param cache where ingredients are kept between calls; without one the files are opened for this call
 * @returns every tensor, in the first ingredient's order
 * @throws StockpotError as `openCheckpoint`, `Checkpoint.read` and `planMixture`
 */
export async function mixInMemory(mixture: Mixture, cache?: IngredientCache): Promise<Weights> {
  if (cache !== undefined) return mixSources(mixture, await cache.sources(mixture.ingredients));
  const checkpoints = await openIngredients(mixture.ingredients);
  try {
    return mixSources(mixture, checkpoints);
  } finally {
    closeIngredients(checkpoints);
  }
}

/** As `mixInMemory`, of sources at hand. */
export function mixSources(mixture: Mixture, sources: readonly TensorSource[]): Weights {
  const plan = planMixture(mixture, sources);
  const mixer = mixerFor(sources.length);
  const weights = new Map<string, TensorValue>();
  for (const step of plan.steps) {
    const { name, dtype, shape, byteLength } = step.output;
    const bytes = new Uint8Array(byteLength);
    mixer.mix(step, sources, (chunk, byteOffset) => bytes.set(chunk, byteOffset));
    weights.set(name, { dtype, shape, bytes });
  }
  return weights;
}

function mixerFor(ingredientCount: number): Mixer {
  if (lastMixer === undefined || lastMixer.ingredientCount < ingredientCount) lastMixer = new Mixer(ingredientCount);
  return lastMixer;
}
