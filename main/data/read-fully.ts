import { readSync } from 'node:fs';
import { StockpotError } from '../errors.ts';
import { withFileErrors } from '../files/file-errors.ts';

/**
 * Fills `target` from `position` on.
 * @throws StockpotError `data/truncated` when the file ends before, `file/io`
 */
export function readFully(descriptor: number, target: Uint8Array, position: number, path: string): void {
  let done = 0;
  while (done < target.length) {
    const count = withFileErrors(path, () => readSync(descriptor, target, done, target.length - done, position + done));
    if (count === 0) {
      throw new StockpotError({
        code: 'data/truncated',
        what: `The file ends before byte ${position + target.length}`,
        where: path,
        remedy: 'It became shorter since it was opened; make sure nothing else writes to it.',
      });
    }
    done += count;
  }
}
