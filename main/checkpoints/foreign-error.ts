import { extname } from 'node:path';
import { StockpotError } from '../errors.ts';
import { promisedFormats } from './formats.ts';

/** For a file that is something else: `what` says what it is, as a sentence without a full stop. */
export function foreignError(
  path: string,
  what: string,
  remedy = 'Give a safetensors or PyTorch file.',
): StockpotError {
  if (promisedFormats(path).length === 0)
    return new StockpotError({ code: 'checkpoint/unsupported-format', what, where: path, remedy });
  return new StockpotError({
    code: 'checkpoint/mislabelled',
    what: `${what}, although its name ends in ${extname(path)}`,
    where: path,
    remedy,
  });
}
