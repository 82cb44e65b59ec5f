import { BYTES_PER_ELEMENT, type Checkpoint, isFloating, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { PairSums } from './pair-sums.ts';
import { readNumbers } from './read-numbers.ts';
import type { SimilarityOptions } from './similarity.ts';

/** Read at a time from each checkpoint. */
const CHUNK_ELEMENTS = 1 << 18;

/**
 * The inner products of what models changed in a base, ⟨θᵢ − θ₀, θⱼ − θ₀⟩, of each floating-point tensor of the base. One pass over the
 * files, in chunks; differences and sums in double precision. Lets other work happen in between.
 * @param models opened, as the base is; they stay open
 * @throws StockpotError `analysis/missing-tensor` where a model has not got a tensor of the base's name and shape; as `Checkpoint.read`;
 *   `job/cancelled`
 */
export async function changeProducts(
  base: Checkpoint,
  models: readonly Checkpoint[],
  { signal, onProgress }: SimilarityOptions = {},
): Promise<ReadonlyMap<string, PairSums>> {
  const tensors = [...base.tensors.values()].filter(({ dtype }) => isFloating(dtype));
  const total = tensors.reduce((sum, { elementCount }) => sum + elementCount, 0);
  const found = new Map<string, PairSums>();
  let done = 0;
  for (const tensor of tensors) {
    const sums = new PairSums(models.length);
    for (const count of addChanges(base, models, tensor, sums)) {
      throwIfCancelled(signal);
      done += count;
      onProgress?.({ stage: 'Comparing what models changed', done, total, unit: 'elements' });
      await new Promise(setImmediate);
    }
    found.set(tensor.name, sums);
  }
  return found;
}

/** Yields the number of elements after each chunk. */
function* addChanges(
  base: Checkpoint,
  models: readonly Checkpoint[],
  tensor: TensorInfo,
  sums: PairSums,
): Generator<number, void> {
  const infos = models.map((model) => sameTensor(model, tensor));
  const longest = Math.min(CHUNK_ELEMENTS, tensor.elementCount);
  const [origin, ...others] = [tensor, ...infos].map(({ dtype }) => new Uint8Array(longest * BYTES_PER_ELEMENT[dtype]));
  const changes = models.map(() => new Float64Array(longest));
  for (let start = 0; start < tensor.elementCount; start += CHUNK_ELEMENTS) {
    const length = Math.min(CHUNK_ELEMENTS, tensor.elementCount - start);
    const part = (bytes: Uint8Array<ArrayBuffer>, { dtype }: TensorInfo) =>
      bytes.subarray(0, length * BYTES_PER_ELEMENT[dtype]);
    const from = readNumbers(base, tensor, start, part(origin!, tensor));
    sums.add(
      models.map((model, i) => {
        const values = readNumbers(model, infos[i]!, start, part(others[i]!, infos[i]!));
        const change = changes[i]!.subarray(0, length);
        for (let at = 0; at < length; at += 1) change[at] = values[at]! - from[at]!;
        return change;
      }),
    );
    yield length;
  }
}

function sameTensor(model: Checkpoint, { name, shape }: TensorInfo): TensorInfo {
  const found = model.tensors.get(name);
  if (found !== undefined && isFloating(found.dtype) && found.shape.join() === shape.join()) return found;
  throw new StockpotError({
    code: 'analysis/missing-tensor',
    what: `There is no tensor ${name} of shape [${shape.join(', ')}] and a floating-point type`,
    where: model.path,
    remedy: 'Compare checkpoints of one architecture.',
  });
}
