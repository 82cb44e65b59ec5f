import type { Architecture } from '../../architectures/architecture.ts';
import { initialWeights } from '../../architectures/initialize.ts';
import type { Reading, Weights } from '../../checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { readWeights } from '../../checkpoints/weights.ts';
import { assertNever } from '../../errors.ts';
import { mixInMemory } from '../../mix/in-memory.ts';
import { IngredientCache } from '../../mix/ingredient-cache.ts';
import type { WeightSource } from '../protocol.ts';

/** Ingredients are kept for the life of the engine: a greedy recipe mixes the same ones again and again. */
const INGREDIENT_BUDGET = 512 * 2 ** 20;
const ingredients = new IngredientCache(INGREDIENT_BUDGET);

/**
 * The tensors that a source stands for, in its own element types. A mixture has been rounded to its output type already, so
 * that it is evaluated as it would be exported.
 * @throws StockpotError as opening and mixing checkpoints does
 */
export async function resolveWeights(source: WeightSource, architecture: Architecture): Promise<Weights> {
  switch (source.kind) {
    case 'initial':
      return initialWeights(architecture, source.seed);
    case 'checkpoint':
      return readFile(source.path, source.reading);
    case 'mixture':
      return mixInMemory(source.mixture, ingredients);
    default:
      return assertNever(source);
  }
}

async function readFile(path: string, reading: Reading | undefined): Promise<Weights> {
  const checkpoint = await openCheckpoint(path, reading);
  try {
    return readWeights(checkpoint);
  } finally {
    checkpoint.close();
  }
}
