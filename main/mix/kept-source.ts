import type { DType, TensorInfo } from '../checkpoints/checkpoint.ts';
import type { TensorSource } from './plan.ts';

/** Whether so many more bytes may be kept. */
export type Reserve = (bytes: number) => boolean;

/** A source whose tensors are kept whole once they have been read, as far as they may be. */
export class KeptSource implements TensorSource {
  readonly #source: TensorSource;
  readonly #reserve: Reserve;
  readonly #kept = new Map<string, Uint8Array>();

  constructor(source: TensorSource, reserve: Reserve) {
    this.#source = source;
    this.#reserve = reserve;
  }

  get path(): string {
    return this.#source.path;
  }

  get tensors(): ReadonlyMap<string, TensorInfo> {
    return this.#source.tensors;
  }

  get ownTypes(): ReadonlyMap<string, DType> | undefined {
    return this.#source.ownTypes;
  }

  get keptBytes(): number {
    return this.#kept.values().reduce((sum, { length }) => sum + length, 0);
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    const bytes = this.#kept.get(name) ?? this.#keep(name);
    if (bytes === undefined) this.#source.read(name, byteOffset, target);
    else target.set(bytes.subarray(byteOffset, byteOffset + target.length));
  }

  #keep(name: string): Uint8Array | undefined {
    const length = this.#source.tensors.get(name)?.byteLength ?? 0;
    if (!this.#reserve(length)) return undefined;
    const bytes = new Uint8Array(length);
    this.#source.read(name, 0, bytes);
    this.#kept.set(name, bytes);
    return bytes;
  }
}
