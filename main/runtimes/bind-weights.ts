import type { Graph, GraphTensor } from '../architectures/onnx/graph.ts';
import { BYTES_PER_ELEMENT, isFloating, type TensorValue, type Weights } from '../checkpoints/checkpoint.ts';
import { toFloat32 } from '../checkpoints/convert.ts';
import { StockpotError } from '../errors.ts';

/**
 * The tensors that fill a graph's initializers, in the graph's element types: other floating-point types become F32
 * where the graph asks for F32, F64 rounded to the nearest. Initializers that carry their own data and are not among the weights are left out (the graph's constants);
 * weights that the graph has no use for, such as `num_batches_tracked`, are ignored.
 *
 * @throws StockpotError `runtime/missing-tensor`, `runtime/shape-mismatch`, `runtime/unsupported-dtype`, every tensor listed
 */
export function bindWeights(graph: Graph, weights: Weights): ReadonlyMap<string, TensorValue> {
  const missing: string[] = [];
  const misshapen: string[] = [];
  const unsupported: string[] = [];
  const bound = new Map<string, TensorValue>();
  for (const initializer of graph.initializers.values()) {
    const value = weights.get(initializer.name);
    if (value === undefined) {
      if (initializer.bytes === undefined) missing.push(describe(initializer));
    } else if (!sameShape(initializer.shape, value.shape)) {
      misshapen.push(
        `${initializer.name}: ${shapeText(value.shape)} where ${shapeText(initializer.shape)} is expected`,
      );
    } else {
      const converted = convert(initializer, value);
      if (converted === undefined) unsupported.push(`${initializer.name}: ${value.dtype} for ${initializer.dtype}`);
      else bound.set(initializer.name, converted);
    }
  }
  refuse('runtime/missing-tensor', missing, 'that the architecture needs are missing from the weights');
  refuse('runtime/shape-mismatch', misshapen, 'of the weights do not have the shape that the architecture needs');
  refuse('runtime/unsupported-dtype', unsupported, 'of the weights have an element type that cannot be run');
  return bound;
}

function convert({ dtype }: GraphTensor, value: TensorValue): TensorValue | undefined {
  if (value.dtype === dtype) return aligned(value);
  if (dtype !== 'F32' || !isFloating(value.dtype)) return undefined;
  const floats = toFloat32(value.dtype, value.bytes);
  return { dtype, shape: value.shape, bytes: new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength) };
}

/** Elements where a typed array, and native code, may look at them; a copy only when they are not. */
function aligned(value: TensorValue): TensorValue {
  if (value.bytes.byteOffset % BYTES_PER_ELEMENT[value.dtype] === 0) return value;
  return { ...value, bytes: value.bytes.slice() };
}

function refuse(
  code: 'runtime/missing-tensor' | 'runtime/shape-mismatch' | 'runtime/unsupported-dtype',
  details: readonly string[],
  what: string,
): void {
  if (details.length === 0) return;
  throw new StockpotError({
    code,
    what: `${details.length} ${details.length === 1 ? 'tensor' : 'tensors'} ${what}: ${details[0]}${details.length > 1 ? ', …' : ''}`,
    details,
    remedy: 'Check that the checkpoint belongs to this architecture, its size and its number of classes',
  });
}

function describe({ name, shape }: GraphTensor): string {
  return `${name} ${shapeText(shape)}`;
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function sameShape(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((size, index) => size === right[index]);
}
