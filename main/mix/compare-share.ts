import { BYTES_PER_ELEMENT, type Checkpoint, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { inWiderType, type WiderType } from '../checkpoints/lossless.ts';
import { readBackAs } from '../checkpoints/output-formats.ts';
import { tensorInfo } from '../checkpoints/tensor-size.ts';
import type { MergeTask } from './merge-share.ts';
import { Mixer } from './mixer.ts';
import type { TensorSource, TensorStep } from './plan.ts';

/** Where a part of a tensor differs from what was computed. Bytes are lower-case hex, as stored; plain data. */
export interface PartDifference {
  /** First byte that differs, within the tensor. */
  readonly byte: number;
  /** The element that it belongs to. */
  readonly expected: string;
  readonly found: string;
  readonly differingBytes: number;
}

/** What came of a task; plain data. */
export interface ComparedTask {
  readonly task: number;
  readonly difference: PartDifference | undefined;
}

/** A tensor as it was computed, and as a file of the given one's format holds it. */
export interface ExpectedTensor {
  readonly computed: TensorInfo;
  readonly expected: TensorInfo;
  readonly wider: WiderType | undefined;
}

export function expectedIn({ format }: Checkpoint, computed: TensorInfo): ExpectedTensor {
  const { name, dtype, shape } = computed;
  const wider = readBackAs(format, dtype);
  return { computed, wider, expected: tensorInfo(name, wider ?? dtype, shape)! };
}

/** Whether the file has the tensor with the type and shape that are expected. */
export function isComparable({ expected }: ExpectedTensor, { tensors }: Checkpoint): boolean {
  const found = tensors.get(expected.name);
  return found !== undefined && typeText(found) === typeText(expected);
}

/** `F32 [8, 3]` */
export function typeText(tensor: TensorInfo): string {
  return `${tensor.dtype} [${tensor.shape.join(', ')}]`;
}

/** Computes tasks and compares them with a file, bit for bit. */
export class CompareShare {
  readonly #steps: readonly TensorStep[];
  readonly #tensors: readonly ExpectedTensor[];
  readonly #sources: readonly TensorSource[];
  readonly #mixer: Mixer;
  readonly #file: Checkpoint;

  /** @param file under the soup's own names; stays open */
  constructor(sources: readonly TensorSource[], steps: readonly TensorStep[], file: Checkpoint) {
    this.#steps = steps;
    this.#tensors = steps.map(({ output }) => expectedIn(file, output));
    this.#sources = sources;
    this.#mixer = new Mixer(sources.length);
    this.#file = file;
  }

  /** @throws StockpotError as `Checkpoint.read` */
  perform(tasks: readonly MergeTask[], index: number): ComparedTask {
    const task = tasks[index]!;
    const tensor = this.#tensors[task.step]!;
    let difference: PartDifference | undefined;
    if (isComparable(tensor, this.#file)) {
      this.#mixer.mix(
        this.#steps[task.step]!,
        this.#sources,
        (bytes, offset) => {
          difference = joined(difference, this.#compare(tensor, bytes, offset));
        },
        task,
      );
    }
    return { task: index, difference };
  }

  #compare(
    { computed: { name, dtype }, expected: { dtype: storedType }, wider }: ExpectedTensor,
    bytes: Uint8Array,
    offset: number,
  ): PartDifference | undefined {
    const expected = wider === undefined ? bytes : inWiderType(name, dtype, wider, bytes);
    const size = BYTES_PER_ELEMENT[storedType];
    const byteOffset = (offset / BYTES_PER_ELEMENT[dtype]) * size;
    const found = new Uint8Array(expected.length);
    this.#file.read(name, byteOffset, found);
    if (Buffer.compare(expected, found) === 0) return undefined;
    const first = expected.findIndex((byte, i) => byte !== found[i]);
    const start = first - (first % size);
    return {
      byte: byteOffset + first,
      expected: Buffer.from(expected.subarray(start, start + size)).toString('hex'),
      found: Buffer.from(found.subarray(start, start + size)).toString('hex'),
      differingBytes: expected.reduce((count, byte, i) => count + (byte === found[i] ? 0 : 1), 0),
    };
  }
}

/** The first of the two, with the bytes of both. */
export function joined(a: PartDifference | undefined, b: PartDifference | undefined): PartDifference | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { ...(a.byte <= b.byte ? a : b), differingBytes: a.differingBytes + b.differingBytes };
}
