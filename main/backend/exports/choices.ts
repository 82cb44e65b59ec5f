import {
  LAYOUT_OPTIONS,
  type OutputFormat,
  offeredFormats,
  outputFacts,
  type WritingSubject,
} from '../../checkpoints/output-formats.ts';
import type { Mixture } from '../../mix/mixture.ts';

interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly description: string;
}

export const DTYPES: readonly (Choice<Mixture['dtype']> & { readonly flag: string })[] = [
  { value: 'keep', flag: 'keep', title: 'As the ingredients', description: 'Every tensor keeps its type.' },
  { value: 'F32', flag: 'f32', title: 'float32', description: 'Four bytes a weight.' },
  { value: 'F16', flag: 'f16', title: 'float16', description: 'Two bytes a weight; large values overflow.' },
  {
    value: 'BF16',
    flag: 'bf16',
    title: 'bfloat16',
    description: 'Two bytes a weight, the range of float32 with fewer digits.',
  },
  {
    value: 'F64',
    flag: 'f64',
    title: 'float64',
    description: 'Eight bytes a weight; no more exact than the ingredients were.',
  },
];

/** What a soup can be written as, with all that a form needs to know of each format. */
export function formatsFor(subject: WritingSubject) {
  return offeredFormats(subject).map(({ format, refusal }) => ({
    ...describeFormat(format),
    refusal: refusal?.what ?? null,
  }));
}

function describeFormat(value: OutputFormat) {
  const { title, description, extensions, dtypes, storedAs = {}, hasMetadata, options } = outputFacts(value);
  return {
    value,
    title,
    description,
    extension: extensions[0]!,
    dtypes: DTYPES.map((dtype) => dtype.value).filter(
      (dtype) => dtype === 'keep' || dtypes === 'every' || dtypes.includes(dtype) || storedAs[dtype] !== undefined,
    ),
    hasMetadata,
    options: options.map((option) => {
      const { title: label, description: about, kind } = LAYOUT_OPTIONS[option];
      return { value: option, title: label, description: about, kind };
    }),
  };
}
