import { readFileSync } from 'node:fs';
import type { DType, Weights } from '../../main/checkpoints/checkpoint.ts';
import { fixture } from './fixtures.ts';

type Expected = Readonly<
  Record<
    string,
    Readonly<Record<string, { readonly dtype: DType; readonly shape: readonly number[]; readonly bytes: string }>>
  >
>;

const expected = JSON.parse(readFileSync(fixture('keras/expected.json'), 'utf8')) as Expected;

/** What make_keras.py says a file holds. */
export function expectedKeras(name: string): Weights {
  return new Map(
    Object.entries(expected[name]!).map(([tensor, { dtype, shape, bytes }]) => [
      tensor,
      { dtype, shape, bytes: Uint8Array.from(Buffer.from(bytes, 'hex')) },
    ]),
  );
}
