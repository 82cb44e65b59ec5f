import type { Checkpoint } from '../checkpoints/checkpoint.ts';
import { hashCheckpoint } from '../checkpoints/hash.ts';
import { openCheckpoint } from '../checkpoints/open.ts';
import { arranged } from './arrangement.ts';
import type { FileIngredient, Mixture, MixtureIngredient } from './mixture.ts';
import { NestedSource } from './nested-source.ts';
import { planMixture, type TensorSource } from './plan.ts';
import { tiedTensors } from './tied-tensors.ts';

/** An ingredient, opened. */
export type OpenIngredient = Checkpoint & Pick<TensorSource, 'ownTypes'>;

type Unhashed = Omit<FileIngredient, 'sha256'> | Extract<MixtureIngredient, { readonly mixture: Mixture }>;

/**
 * Opens the checkpoints; all of them or none. A nested mixture is a checkpoint that computes what is read from it.
 * @throws StockpotError as `openCheckpoint`, `planMixture`
 */
export async function openIngredients(ingredients: readonly Unhashed[]): Promise<readonly OpenIngredient[]> {
  const opened: OpenIngredient[] = [];
  try {
    for (const ingredient of ingredients) {
      opened.push(await openIngredient(ingredient));
    }
    return opened;
  } catch (thrown) {
    closeIngredients(opened);
    throw thrown;
  }
}

async function openIngredient(ingredient: Unhashed): Promise<OpenIngredient> {
  const opened: OpenIngredient =
    'mixture' in ingredient
      ? await openNested(ingredient.mixture)
      : await openCheckpoint(ingredient.path, ingredient.reading);
  if (ingredient.arrangement === undefined) return opened;
  try {
    const { ownTypes } = opened;
    return Object.assign(arranged(opened, ingredient.arrangement), { ownTypes });
  } catch (thrown) {
    opened.close();
    throw thrown;
  }
}

async function openNested(mixture: Mixture): Promise<OpenIngredient> {
  const parts = await openIngredients(mixture.ingredients);
  try {
    const source = new NestedSource(mixture, parts);
    const first = parts[0]!;
    return {
      path: first.path,
      format: first.format,
      files: parts.flatMap(({ files }) => files),
      tensors: source.tensors,
      ownTypes: source.ownTypes,
      stateDict: first.stateDict,
      stateDicts: first.stateDicts,
      sharedStorages: tiedTensors(planMixture(mixture, parts), parts).map((tensors) => ({ tensors, tied: true })),
      metadata: first.metadata,
      remarks: parts.flatMap(({ remarks }) => remarks),
      read: (name, byteOffset, target) => source.read(name, byteOffset, target),
      close: () => closeIngredients(parts),
    };
  } catch (thrown) {
    closeIngredients(parts);
    throw thrown;
  }
}

export function closeIngredients(checkpoints: readonly Checkpoint[]): void {
  for (const checkpoint of checkpoints) checkpoint.close();
}

/**
 * SHA-256 of the checkpoint's file or files, lower-case hex.
 * @throws StockpotError as `openCheckpoint` and `hashCheckpoint`
 */
export async function hashIngredient(path: string, signal?: AbortSignal): Promise<string> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await hashCheckpoint(checkpoint, signal === undefined ? {} : { signal });
  } finally {
    checkpoint.close();
  }
}
