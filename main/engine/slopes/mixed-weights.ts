import { BYTES_PER_ELEMENT, type DType, isFloating } from '../../checkpoints/checkpoint.ts';
import { toFloat32, toFloat64 } from '../../checkpoints/convert.ts';
import { IngredientCache } from '../../mix/ingredient-cache.ts';
import { Mixer } from '../../mix/mixer.ts';
import type { Mixture } from '../../mix/mixture.ts';
import { planMixture, type TensorSource } from '../../mix/plan.ts';
import type { SlopesTask } from '../protocol.ts';
import { innerProduct } from './inner-product.ts';

/** Elements of an ingredient that are looked at at once: small enough for a core's cache. */
const PIECE = 16_384;

/** One row per group, one number per ingredient. */
type Table = readonly (readonly number[])[];

/**
 * Mixtures of the same ingredients with ever other coefficients, and how the loss changes with these. Ingredients are read from memory as
 * far as they were to be kept there, from their files otherwise; beside them there is one tensor in memory at a time.
 */
export class MixedWeights {
  readonly #task: SlopesTask;
  readonly #cache: IngredientCache;
  readonly #sources: readonly TensorSource[];
  readonly #mixer: Mixer;
  /** Index of the group that a tensor belongs to; tensors that stand still are not there. */
  readonly #groupOf: ReadonlyMap<string, number>;
  readonly #piece = new Uint8Array(PIECE * 8);
  /** The same place as numbers. */
  readonly #floats = new Float32Array(this.#piece.buffer);

  private constructor(task: SlopesTask, cache: IngredientCache, sources: readonly TensorSource[]) {
    this.#task = task;
    this.#cache = cache;
    this.#sources = sources;
    this.#mixer = new Mixer(sources.length);
    this.#groupOf = new Map(task.groups.flatMap(({ tensors }, g) => tensors.map((tensor) => [tensor, g] as const)));
  }

  /** @throws StockpotError as opening checkpoints does */
  static async open(task: SlopesTask): Promise<MixedWeights> {
    const cache = new IngredientCache(task.keptBytes);
    try {
      return new MixedWeights(task, cache, await cache.sources(task.ingredients));
    } catch (thrown) {
      cache.close();
      throw thrown;
    }
  }

  /**
   * Computes the tensors of a mixture in f64, each rounded to F32 once.
   * @param wanted names of tensors; the others are left out
   * @param take gets the values of one after the other; they are good during the call
   * @throws StockpotError as `planMixture` and `Checkpoint.read`
   */
  mix(coefficients: Table, wanted: ReadonlySet<string>, take: (name: string, values: Float32Array) => void): void {
    const plan = planMixture(this.#mixture(coefficients), this.#sources);
    for (const step of plan.steps) {
      const { name, byteLength, dtype } = step.output;
      if (!wanted.has(name) || !isFloating(dtype)) continue;
      const bytes = new Uint8Array(byteLength);
      this.#mixer.mix(step, this.#sources, (chunk, byteOffset) => bytes.set(chunk, byteOffset));
      take(name, new Float32Array(bytes.buffer));
    }
  }

  /** Adds ⟨gradient, θᵢ⟩ over a tensor to the slopes [group][ingredient]. @throws StockpotError as `Checkpoint.read` */
  addSlopes(name: string, gradient: Float32Array, slopes: readonly Float64Array[]): void {
    const group = this.#groupOf.get(name);
    if (group === undefined) return;
    let bytes = this.#piece;
    for (let start = 0; start < gradient.length; start += PIECE) {
      const count = Math.min(PIECE, gradient.length - start);
      for (const [i, source] of this.#sources.entries()) {
        const { dtype } = source.tensors.get(name)!;
        const size = BYTES_PER_ELEMENT[dtype];
        // Most ingredients are alike, so that one view does for all of them.
        if (bytes.length !== count * size) bytes = this.#piece.subarray(0, count * size);
        source.read(name, start * size, bytes);
        const values = dtype === 'F32' ? this.#floats : valuesOf(dtype, bytes);
        slopes[group]![i]! += innerProduct(gradient, start, values, count);
      }
    }
  }

  close(): void {
    this.#cache.close();
  }

  #mixture(coefficients: Table): Mixture {
    const { ingredients, groups, fixed } = this.#task;
    return {
      ingredients,
      groups: [...groups.map((group, g) => ({ ...group, weights: coefficients[g]! })), ...fixed],
      accumulate: 'f64',
      dtype: 'F32',
    };
  }
}

function valuesOf(dtype: DType, bytes: Uint8Array): Float32Array | Float64Array {
  return dtype === 'F64' ? toFloat64(dtype, bytes) : toFloat32(dtype, bytes);
}
