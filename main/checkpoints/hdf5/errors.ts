import { StockpotError } from '../../errors.ts';
import { truncated } from '../source-file.ts';

const AGAIN = 'Get the file again, or save it again with h5py or Keras.';

export function malformedHdf5(path: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-hdf5',
    what: `The HDF5 file is damaged: ${what}`,
    where: path,
    remedy: AGAIN,
  });
}

/**
 * The file wants bytes from elsewhere, which it does not get.
 * @param what stands there, in quotation marks
 */
export function outsideFile(path: string, what: string, target: string | undefined): StockpotError {
  const whither = target === undefined ? 'another file' : `another file, '${target}'`;
  return new StockpotError({
    code: 'checkpoint/outside-file',
    what: `${what} is not in the HDF5 file but in ${whither}, which is not read`,
    where: path,
    remedy: 'Save the weights in one file.',
  });
}

/** What the innermost function complained about: `  #004: src/H5Fint.c line 1 in H5F_open(): truncated file: …`. */
const COMPLAINT = /^\s*#\d+: .*\(\): (?<text>.+)$/;

/** A typed error for what the library printed while it failed. */
export function libraryError(path: string, doing: string, lines: readonly string[]): StockpotError {
  const complaints = lines.map((line) => COMPLAINT.exec(line)?.groups?.text).filter((text) => text !== undefined);
  const [innermost] = complaints.slice(-1);
  const short = complaints.find((text) => text.startsWith('truncated file'));
  if (short !== undefined) return truncated(path, 'the HDF5 file ends before the end it names');
  if (complaints.some((text) => text.includes('external raw data file'))) return outsideFile(path, doing, undefined);
  const reason = innermost === undefined ? '' : ` (${innermost.slice(0, 200)})`;
  return malformedHdf5(path, `${doing} cannot be read${reason}`);
}
