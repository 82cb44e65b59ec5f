import type { DType } from '../checkpoint.ts';
import type { Hdf5File } from './file.ts';
import { type Hdf5Metadata, TYPE_CLASS } from './library.ts';

const SIGNED: Readonly<Record<number, DType>> = { 1: 'I8', 2: 'I16', 4: 'I32', 8: 'I64' };
const UNSIGNED: Readonly<Record<number, DType>> = { 1: 'U8', 2: 'U16', 4: 'U32', 8: 'U64' };
const FLOATS: Readonly<Record<number, DType>> = { 4: 'F32', 8: 'F64' };

/** h5py, and Keras with it, writes bfloat16 as two bytes of no type. */
const UNTYPED_HALF = 2;

/** What a dataset's elements are here, or why they are left out: completes "is". */
export type ElementType = { readonly dtype: DType } | { readonly leftOut: string };

/** The element type of a dataset whose metadata has just been read from `file`. */
export function elementTypeOf(file: Hdf5File, metadata: Hdf5Metadata): ElementType {
  const { type, size } = metadata;
  switch (type) {
    case TYPE_CLASS.integer:
      return known((metadata.signed ? SIGNED : UNSIGNED)[size], `an integer of ${size} bytes`);
    case TYPE_CLASS.float:
      return size === 2 ? halfOf(file.describedHalves) : known(FLOATS[size], `a float of ${size} bytes`);
    case TYPE_CLASS.enumeration:
      return isBoolean(metadata) ? { dtype: 'BOOL' } : { leftOut: 'an enumeration' };
    case TYPE_CLASS.opaque:
      return size === UNTYPED_HALF ? { dtype: 'BF16' } : { leftOut: 'of no type' };
    case TYPE_CLASS.string:
      return { leftOut: 'text' };
    case TYPE_CLASS.compound:
      return { leftOut: 'made of several values' };
    default:
      return { leftOut: 'of a type that is no number' };
  }
}

function known(dtype: DType | undefined, otherwise: string): ElementType {
  return dtype === undefined ? { leftOut: otherwise } : { dtype };
}

/** A file of both kinds does not let them be told apart. */
function halfOf(described: ReadonlySet<'F16' | 'BF16'>): ElementType {
  const [only, another] = [...described];
  if (only === undefined || another !== undefined) return { leftOut: 'a 2-byte float of unclear layout' };
  return { dtype: only };
}

/** NumPy's booleans, as h5py writes them. */
function isBoolean({ size, enum_type: enumeration }: Hdf5Metadata): boolean {
  const members = enumeration?.members ?? {};
  return size === 1 && Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
}
