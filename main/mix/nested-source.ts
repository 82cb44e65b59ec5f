import { BYTES_PER_ELEMENT, type DType, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { tensorToRead } from '../checkpoints/tensor-size.ts';
import { Mixer, type PreparedTensor } from './mixer.ts';
import type { Mixture } from './mixture.ts';
import { planMixture, type TensorSource, type TensorStep } from './plan.ts';

/** Tensors up to this size are computed at once and kept until another is asked for; larger ones part by part. */
const MOST_KEPT_BYTES = 16 * 2 ** 20;

/** What comes of a mixture, as something to read from: each tensor is computed when it is asked for. */
export class NestedSource implements TensorSource {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly ownTypes: ReadonlyMap<string, DType>;
  readonly #sources: readonly TensorSource[];
  readonly #steps: ReadonlyMap<string, TensorStep>;
  readonly #mixer: Mixer;
  /** The tensor that was asked for last. */
  #kept: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  #prepared: { readonly name: string; readonly compute: PreparedTensor } | undefined;

  /**
   * @param sources one per ingredient of the mixture
   * @throws StockpotError as `planMixture`
   */
  constructor(mixture: Mixture, sources: readonly TensorSource[]) {
    const { steps } = planMixture(mixture, sources);
    this.path = sources[0]!.path;
    this.tensors = new Map(steps.map(({ output }) => [output.name, output]));
    this.#steps = new Map(steps.map((step) => [step.output.name, step]));
    this.ownTypes = new Map(
      steps.map(({ output, terms }) => [output.name, ownTypeOf(output.name, terms[0]!, sources)]),
    );
    this.#sources = sources;
    this.#mixer = new Mixer(sources.length);
  }

  /** @throws StockpotError `checkpoint/unknown-tensor`, `checkpoint/out-of-range`; as `Checkpoint.read` */
  read(name: string, byteOffset: number, target: Uint8Array): void {
    const { byteLength } = tensorToRead(this, name, byteOffset, target.length);
    if (byteLength > MOST_KEPT_BYTES) this.#compute(name, byteOffset, target);
    else target.set(this.#whole(name, byteLength).subarray(byteOffset, byteOffset + target.length));
  }

  #whole(name: string, byteLength: number): Uint8Array {
    if (this.#kept?.name === name) return this.#kept.bytes;
    const bytes = new Uint8Array(byteLength);
    this.#compute(name, 0, bytes);
    this.#kept = { name, bytes };
    return bytes;
  }

  #compute(name: string, byteOffset: number, target: Uint8Array): void {
    const step = this.#steps.get(name)!;
    const size = BYTES_PER_ELEMENT[step.output.dtype];
    const first = Math.floor(byteOffset / size);
    const count = Math.ceil((byteOffset + target.length) / size) - first;
    this.#computerOf(step)(
      (bytes, offset) => {
        const skipped = Math.max(0, byteOffset - offset);
        const place = offset + skipped - byteOffset;
        target.set(bytes.subarray(skipped, skipped + target.length - place), place);
      },
      { start: first, count },
      false,
    );
  }

  #computerOf(step: TensorStep): PreparedTensor {
    if (step.kind !== 'merge') return (emit, range) => this.#mixer.mix(step, this.#sources, emit, range);
    const { name } = step.output;
    if (this.#prepared?.name !== name) {
      this.#prepared = { name, compute: this.#mixer.prepare(step, this.#sources) };
    }
    return this.#prepared.compute;
  }
}

function ownTypeOf(
  name: string,
  { ingredient, dtype }: TensorStep['terms'][number],
  sources: readonly TensorSource[],
): DType {
  return sources[ingredient]!.ownTypes?.get(name) ?? dtype;
}
