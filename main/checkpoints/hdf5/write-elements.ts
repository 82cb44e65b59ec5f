import type { LibrarySession } from './session.ts';
import { slabsOf } from './slabs.ts';

/**
 * Replaces a dataset's elements from the one at index `begin` on.
 * @param size bytes an element
 * @param bytes whole elements in row-major order, little-endian
 */
export function writeElements(
  session: LibrarySession,
  dataset: string,
  { shape, size }: { readonly shape: readonly number[]; readonly size: number },
  begin: number,
  bytes: Uint8Array,
): void {
  if (bytes.length === 0) return;
  const put = (count: readonly number[] | null, offset: readonly number[] | null, part: Uint8Array): void =>
    session.withBuffer(`'${dataset}'`, part.length, (library, file, pointer) => {
      library.HEAPU8.set(part, pointer);
      const strides = count?.map(() => 1n) ?? null;
      return library.set_dataset_data(file, dataset, bigints(count), bigints(offset), strides, BigInt(pointer));
    });
  if (shape.length === 0) put(null, null, bytes);
  let done = 0;
  const end = begin + bytes.length / size;
  for (const { count, offset, elements } of slabsOf(shape, begin, end, bytes.length / size)) {
    put(count, offset, bytes.subarray(done, done + elements * size));
    done += elements * size;
  }
}

function bigints(values: readonly number[] | null): readonly bigint[] | null {
  return values?.map(BigInt) ?? null;
}
