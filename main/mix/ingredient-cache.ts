import { statSync } from 'node:fs';
import type { Checkpoint, TensorInfo } from '../checkpoints/checkpoint.ts';
import { arrangedSource, hashOfArrangement } from './arrangement.ts';
import type { FileIngredient, MixtureIngredient } from './mixture.ts';
import { NestedSource } from './nested-source.ts';
import { openIngredients } from './open-ingredients.ts';
import type { TensorSource } from './plan.ts';

interface Entry {
  readonly checkpoint: Checkpoint;
  /** Size and time of every file, to notice when the path has come to mean something else. */
  readonly stamp: string;
  /** Bytes of each tensor, where they are kept in memory. */
  readonly kept: Map<string, Uint8Array> | undefined;
}

/**
 * Ingredients kept open, and in memory as far as `byteBudget` allows (the first ones asked for win), for mixing the same
 * ingredients again and again.
 */
export class IngredientCache {
  readonly #byteBudget: number;
  /** By path and reading. */
  readonly #entries = new Map<string, Entry>();
  #keptBytes = 0;

  /** @param byteBudget bytes of tensors to hold at most; what does not fit is read from its file each time */
  constructor(byteBudget: number) {
    this.#byteBudget = byteBudget;
  }

  /**
   * The ingredient's checkpoint, opened again if its files changed since. What comes of nested mixtures is computed anew each time.
   * @throws StockpotError as `openCheckpoint`, `planMixture`; later reads as `Checkpoint.read`
   */
  async source(ingredient: MixtureIngredient): Promise<TensorSource> {
    if (!('mixture' in ingredient)) return this.#file(ingredient);
    const sources: TensorSource[] = [];
    for (const part of ingredient.mixture.ingredients) sources.push(await this.source(part));
    const nested = new NestedSource(ingredient.mixture, sources);
    return ingredient.arrangement === undefined ? nested : arrangedSource(nested, ingredient.arrangement);
  }

  async #file({ path, reading, arrangement }: FileIngredient): Promise<TensorSource> {
    const order = arrangement === undefined ? '' : hashOfArrangement(arrangement);
    const key = JSON.stringify([path, reading ?? {}, order]);
    const known = this.#entries.get(key);
    if (known !== undefined && known.stamp === stampOf(known.checkpoint.files)) return new CachedSource(known);
    if (known !== undefined) this.#drop(key, known);
    const [checkpoint] = (await openIngredients([{ path, reading, arrangement }])) as [Checkpoint];
    const size = sizeOf(checkpoint);
    const fits = this.#keptBytes + size <= this.#byteBudget;
    if (fits) this.#keptBytes += size;
    const entry = {
      checkpoint,
      stamp: stampOf(checkpoint.files),
      kept: fits ? new Map<string, Uint8Array>() : undefined,
    };
    this.#entries.set(key, entry);
    return new CachedSource(entry);
  }

  close(): void {
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
  }

  #drop(key: string, entry: Entry): void {
    entry.checkpoint.close();
    this.#entries.delete(key);
    if (entry.kept !== undefined) this.#keptBytes -= sizeOf(entry.checkpoint);
  }
}

class CachedSource implements TensorSource {
  readonly #entry: Entry;

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  get path(): string {
    return this.#entry.checkpoint.path;
  }

  get tensors(): ReadonlyMap<string, TensorInfo> {
    return this.#entry.checkpoint.tensors;
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    const { checkpoint, kept } = this.#entry;
    if (kept === undefined) {
      checkpoint.read(name, byteOffset, target);
      return;
    }
    let bytes = kept.get(name);
    if (bytes === undefined) {
      bytes = new Uint8Array(checkpoint.tensors.get(name)?.byteLength ?? 0);
      checkpoint.read(name, 0, bytes);
      kept.set(name, bytes);
    }
    target.set(bytes.subarray(byteOffset, byteOffset + target.length));
  }
}

function sizeOf(checkpoint: Checkpoint): number {
  return [...checkpoint.tensors.values()].reduce((sum, tensor) => sum + tensor.byteLength, 0);
}

function stampOf(files: readonly string[]): string {
  return files
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((status) => (status === undefined ? 'gone' : `${status.ino}:${status.size}:${status.mtimeMs}`))
    .join(' ');
}
