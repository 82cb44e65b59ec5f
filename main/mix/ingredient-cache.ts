import { statSync } from 'node:fs';
import type { Checkpoint, TensorInfo } from '../checkpoints/checkpoint.ts';
import { arrangedSource, hashOfArrangement } from './arrangement.ts';
import type { FileIngredient, MixtureIngredient } from './mixture.ts';
import { NestedCache } from './nested-cache.ts';
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
 * ingredients again and again; what comes of nested mixtures as well, within a budget of its own.
 */
export class IngredientCache {
  readonly #byteBudget: number;
  /** By path and reading. */
  readonly #entries = new Map<string, Entry>();
  #keptBytes = 0;
  readonly #nested: NestedCache;

  /**
   * @param byteBudget bytes of files' tensors to hold at most; what does not fit is read from its file each time
   * @param nestedBudget bytes of nested mixtures' tensors to hold at most; what does not fit is computed each time
   */
  constructor(byteBudget: number, nestedBudget: number = byteBudget / 2) {
    this.#byteBudget = byteBudget;
    this.#nested = new NestedCache(nestedBudget);
  }

  /** Bytes of nested mixtures' tensors that are held. */
  get nestedBytes(): number {
    return this.#nested.keptBytes;
  }

  /**
   * The sources of a mixture's ingredients; files are opened again if they changed since.
   * @throws StockpotError as `openCheckpoint`, `planMixture`; later reads as `Checkpoint.read`
   */
  async sources(ingredients: readonly MixtureIngredient[]): Promise<readonly TensorSource[]> {
    this.#nested.nextRound();
    const found: TensorSource[] = [];
    for (const ingredient of ingredients) found.push((await this.#source(ingredient, true)).source);
    return found;
  }

  /** @param isKept whether what comes of a nested mixture is kept: of the outermost ones, which the inner ones go into */
  async #source(ingredient: MixtureIngredient, isKept: boolean): Promise<Stamped> {
    if (!('mixture' in ingredient)) return this.#file(ingredient);
    const { mixture, arrangement } = ingredient;
    const parts: Stamped[] = [];
    for (const part of mixture.ingredients) parts.push(await this.#source(part, false));
    const sources = parts.map(({ source }) => source);
    const stamp = parts.map((part) => part.stamp).join('|');
    const nested = isKept ? this.#nested.source(mixture, sources, stamp) : new NestedSource(mixture, sources);
    return { stamp, source: arrangement === undefined ? nested : arrangedSource(nested, arrangement) };
  }

  async #file({ path, reading, arrangement }: FileIngredient): Promise<Stamped> {
    const order = arrangement === undefined ? '' : hashOfArrangement(arrangement);
    const key = JSON.stringify([path, reading ?? {}, order]);
    const known = this.#entries.get(key);
    if (known !== undefined && known.stamp === stampOf(known.checkpoint.files)) return stamped(known);
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
    return stamped(entry);
  }

  close(): void {
    this.#nested.clear();
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
  }

  #drop(key: string, entry: Entry): void {
    entry.checkpoint.close();
    this.#entries.delete(key);
    if (entry.kept !== undefined) this.#keptBytes -= sizeOf(entry.checkpoint);
  }
}

/** A source, and what changes with the files that it comes from. */
interface Stamped {
  readonly source: TensorSource;
  readonly stamp: string;
}

function stamped(entry: Entry): Stamped {
  return { source: new CachedSource(entry), stamp: entry.stamp };
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
