import { StockpotError } from '../errors.ts';
import type { DType } from './checkpoint.ts';
import { malformedPickle } from './pickle-reader.ts';
import { PickleGlobal, PickleTuple, type PickleValue } from './pickle-values.ts';
import { DTYPE_OF_STORAGE, storageElementBytes } from './pytorch-types.ts';
import { isCount } from './tensor-size.ts';

/** A row of elements beside the pickle, as a persistent id describes it. */
export interface Storage {
  readonly key: string;
  readonly className: string;
  /** Undefined for untyped storages, and for types that are not supported. */
  readonly dtype: DType | undefined;
  readonly elementBytes: number;
  /** Bytes of the whole storage in the file. */
  readonly wholeBytes: number;
  /** Where it begins in that, in bytes: other than 0 for a view of another storage. */
  readonly start: number;
  /** Bytes from there on. */
  readonly bytes: number;
}

/**
 * What a persistent id means: ('storage', class, key, device, number of elements), with (key, offset, number of elements) behind
 * it for a view of a storage (torch/serialization.py, `persistent_load`).
 * @throws StockpotError `checkpoint/unsafe-pickle` for an id that is no storage's, `checkpoint/malformed-pickle`,
 * `checkpoint/unsupported-dtype`
 */
export function describeStorage(id: PickleValue, path: string): Storage {
  const [, storageClass, key, , size, view] = refuseOtherThanStorage(id, path).items;
  if (!(storageClass instanceof PickleGlobal) || typeof key !== 'string' || !isCount(size)) {
    throw malformedPickle(path, 'a storage is not described properly');
  }
  const elementBytes = elementBytesOf(storageClass);
  if (elementBytes === undefined) throw unknownStorage(storageClass, path);
  const wholeBytes = size * elementBytes;
  if (!isCount(wholeBytes)) throw malformedPickle(path, 'a storage is larger than any file');
  const dtype = DTYPE_OF_STORAGE.get(storageClass.name);
  const whole = { key, className: storageClass.fullName, dtype, elementBytes, wholeBytes };
  if (view === undefined || view === null) return { ...whole, start: 0, bytes: wholeBytes };
  const [, offset, length] = view instanceof PickleTuple ? view.items : [];
  if (!isCount(offset) || !isCount(length) || offset + length > size) {
    throw malformedPickle(path, 'a view of a storage reaches beyond it');
  }
  return { ...whole, start: offset * elementBytes, bytes: length * elementBytes };
}

/** Classes of storages live in `torch`, their ancestors in `torch.storage`, and those of other devices in `torch.cuda`. */
function elementBytesOf({ module, name }: PickleGlobal): number | undefined {
  return module === 'torch' || module === 'torch.storage' || module === 'torch.cuda'
    ? storageElementBytes(name)
    : undefined;
}

/**
 * The parts of a storage's persistent id.
 * @throws StockpotError `checkpoint/unsafe-pickle`
 */
export function refuseOtherThanStorage(id: PickleValue, path: string): PickleTuple {
  if (id instanceof PickleTuple && id.items[0] === 'storage') return id;
  throw notAStorage(path);
}

function notAStorage(path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unsafe-pickle',
    what: 'The pickle refers to something outside of it that is no storage of a tensor; nothing was executed',
    where: path,
    remedy: 'If you trust its origin, save only the state dict (torch.save(model.state_dict(), …)); if not, delete it.',
  });
}

function unknownStorage({ fullName }: PickleGlobal, path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unsupported-dtype',
    what: `The file has a storage of type ${fullName}, which is not supported`,
    where: path,
  });
}
