import { StockpotError } from '../errors.ts';
import type { TensorInfo } from './checkpoint.ts';

/** A file's bytes may stand for more: this much in all, beside a multiple of the file's own size. */
const ALLOWANCE_BYTES = 1 << 30;
const LARGEST_EXPANSION = 16;

/**
 * A few bytes seen through a view with stride zero, through very many views, or compressed, could otherwise fill any memory or disk.
 * @param fileBytes size of all files together
 * @throws StockpotError `checkpoint/expands`
 */
export function refuseExpansion(tensors: readonly TensorInfo[], fileBytes: number, path: string): void {
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (total <= ALLOWANCE_BYTES + LARGEST_EXPANSION * fileBytes) return;
  throw new StockpotError({
    code: 'checkpoint/expands',
    what: `The tensors would take ${total} bytes in memory, far more than the file's ${fileBytes}`,
    where: path,
    remedy: 'The file was made to exhaust memory, or it repeats one tensor very many times; do not use it.',
  });
}
