import type { Checkpoint, TensorValue, Weights } from './checkpoint.ts';
import { tensorToRead } from './tensor-size.ts';

/**
 * One tensor, read into memory.
 * @throws StockpotError as `Checkpoint.read`
 */
export function readTensor(checkpoint: Checkpoint, name: string): TensorValue {
  const { dtype, shape, byteLength } = tensorToRead(checkpoint, name, 0, 0);
  const bytes = new Uint8Array(byteLength);
  checkpoint.read(name, 0, bytes);
  return { dtype, shape, bytes };
}

/**
 * Tensors read into memory, in the order of `names`; all of them, in the file's order, by default.
 * @throws StockpotError as `Checkpoint.read`
 */
export function readWeights(checkpoint: Checkpoint, names: Iterable<string> = checkpoint.tensors.keys()): Weights {
  const weights = new Map<string, TensorValue>();
  for (const name of names) weights.set(name, readTensor(checkpoint, name));
  return weights;
}
