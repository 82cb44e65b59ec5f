import fc from 'fast-check';
import { BYTES_PER_ELEMENT, type DType, type TensorValue, type Weights } from '../../main/checkpoints/checkpoint.ts';

const DTYPES = Object.keys(BYTES_PER_ELEMENT) as DType[];

/** A few tensors of any type and small shape, with any bytes and any names. */
export function anyWeights(): fc.Arbitrary<Weights> {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text !== '__metadata__');
  return fc
    .uniqueArray(fc.tuple(name, anyTensor()), { selector: ([text]) => text, maxLength: 12 })
    .map((entries) => new Map(entries));
}

function anyTensor(): fc.Arbitrary<TensorValue> {
  return fc
    .record({ dtype: fc.constantFrom(...DTYPES), shape: fc.array(fc.nat(4), { maxLength: 4 }) })
    .chain(({ dtype, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1) * BYTES_PER_ELEMENT[dtype];
      return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ dtype, shape, bytes }));
    });
}

export function anyMetadata(): fc.Arbitrary<Record<string, string>> {
  return fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), {
    noNullPrototype: true,
    maxKeys: 5,
  });
}
