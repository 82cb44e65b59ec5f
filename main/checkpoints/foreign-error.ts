import { extname } from 'node:path';
import { StockpotError } from '../errors.ts';
import type { CheckpointFormat } from './checkpoint.ts';

const CLAIMS: Readonly<Record<string, CheckpointFormat>> = {
  '.safetensors': 'safetensors',
  '.pt': 'pytorch-zip',
  '.pth': 'pytorch-zip',
  '.bin': 'pytorch-zip',
  '.ckpt': 'pytorch-zip',
};

/** The format that a file's name promises, if any. */
export function claimOf(path: string): CheckpointFormat | undefined {
  return CLAIMS[extname(path).toLowerCase()];
}

/** For a file that is something else: `what` says what it is, as a sentence without a full stop. */
export function foreignError(
  path: string,
  what: string,
  remedy = 'Give a safetensors or PyTorch file.',
): StockpotError {
  if (claimOf(path) === undefined)
    return new StockpotError({ code: 'checkpoint/unsupported-format', what, where: path, remedy });
  return new StockpotError({
    code: 'checkpoint/mislabelled',
    what: `${what}, although its name ends in ${extname(path)}`,
    where: path,
    remedy,
  });
}
