import { type ErrorFacts, StockpotError } from '../errors.ts';
import type { DType } from './checkpoint.ts';
import type { CheckpointFormat } from './formats.ts';
import type { WiderType } from './lossless.ts';

/** What can be chosen of a file's layout, where its format has the choice. */
export interface LayoutOptions {
  /** Largest shard in bytes; a tensor that is larger has a shard of its own. */
  readonly shardBytes?: number | undefined;
  /** Key that the tensors lie under, such as `state_dict`; keys within keys are joined by dots. */
  readonly wrap?: string | undefined;
  /** What every tensor's name begins with, such as `module.`. */
  readonly prefix?: string | undefined;
  /** Key and names as the first ingredient's file has them, in place of `wrap` and `prefix`. */
  readonly likeFirst?: boolean | undefined;
}

export type LayoutOption = keyof LayoutOptions;

interface LayoutOptionFacts {
  /** Of the command line, without its dashes. */
  readonly flag: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'bytes' | 'text' | 'switch';
}

export const LAYOUT_OPTIONS: Readonly<Record<LayoutOption, LayoutOptionFacts>> = {
  shardBytes: {
    flag: 'shard-size',
    title: 'Largest shard',
    description: 'Size such as 5GB or 500MB that no file exceeds, unless a single tensor does.',
    kind: 'bytes',
  },
  wrap: {
    flag: 'wrap',
    title: 'Key of the state dict',
    description: 'Training scripts look for the tensors under a key such as state_dict; empty for none.',
    kind: 'text',
  },
  prefix: {
    flag: 'prefix',
    title: 'Prefix of names',
    description: 'Wrapped networks expect one, such as module.; empty for none.',
    kind: 'text',
  },
  likeFirst: {
    flag: 'like-first',
    title: 'Key and names as in the first ingredient',
    description: "Puts the tensors under the key and the names that the first ingredient's file has them under.",
    kind: 'switch',
  },
};

/** What decides which formats a soup can have. */
export interface WritingSubject {
  /** Format of the first ingredient's file, where that is there. */
  readonly layout: CheckpointFormat | undefined;
  readonly knowsArchitecture: boolean;
}

/** Why a format cannot be written. */
interface Refusal {
  readonly code: ErrorFacts['code'];
  readonly what: string;
  readonly remedy: string;
}

const NEEDS = {
  architecture: {
    isMet: ({ knowsArchitecture }: WritingSubject) => knowsArchitecture,
    code: 'checkpoint/needs-architecture',
    what: 'An ONNX model holds the architecture beside the weights, and which one is not known here',
    remedy: 'Choose another format, or export from a project whose architecture is known.',
  },
  'keras-layout': {
    isMet: ({ layout }: WritingSubject) => layout === 'keras-h5',
    code: 'checkpoint/no-layout',
    what: 'A Keras file takes its layout from the first ingredient, which has to be an HDF5 file of Keras',
    remedy: 'Put an HDF5 file of Keras first, or choose another format.',
  },
} as const satisfies Readonly<Record<string, Refusal & { readonly isMet: (subject: WritingSubject) => boolean }>>;

interface OutputFacts {
  /** Value of `--format`. */
  readonly flag: string;
  /** What people call it. */
  readonly title: string;
  /** For those who choose. */
  readonly description: string;
  /** Endings of file names that ask for it, lower case; the first is the usual one. Where one ends another, the longest counts. */
  readonly extensions: readonly string[];
  /**
   * `planned`: every tensor's place is known beforehand, and threads write straight into the file (`PlanOutput`).
   * `assembled`: the format's own library writes the file, from a temporary safetensors file beside it (`AssembleOutput`).
   */
  readonly writing: 'planned' | 'assembled';
  /** Element types it can hold. */
  readonly dtypes: readonly DType[] | 'every';
  /** Types that it holds only where the first ingredient's file has them already, each with the reason. */
  readonly onlyKept?: Readonly<Partial<Record<DType, string>>>;
  /** Types that it does not have, by those that it stores them as: every element as it is, in more room. */
  readonly storedAs?: Readonly<Partial<Record<DType, WiderType>>>;
  /** What has to be known or there for it; nothing when absent. */
  readonly needs?: keyof typeof NEEDS;
  /** Whether text about the origin has room in the file; it lies beside the file otherwise. */
  readonly hasMetadata: boolean;
  readonly options: readonly LayoutOption[];
}

/**
 * The one list of what can be written: command line, forms, the service's contract and the documentation follow from it.
 * How is said in `write-checkpoint.ts`.
 */
const OUTPUT_FACTS = {
  safetensors: {
    flag: 'safetensors',
    title: 'safetensors',
    description: 'One file that holds nothing but tensors and text: safe to open, quick to load, read everywhere.',
    extensions: ['.safetensors'],
    writing: 'planned',
    dtypes: 'every',
    hasMetadata: true,
    options: [],
  },
  'safetensors-sharded': {
    flag: 'safetensors-sharded',
    title: 'safetensors, sharded',
    description: 'Files of limited size and an index, as transformers writes and reads large models.',
    extensions: ['.safetensors.index.json'],
    writing: 'planned',
    dtypes: 'every',
    hasMetadata: true,
    options: ['shardBytes'],
  },
  'pytorch-zip': {
    flag: 'pt',
    title: 'PyTorch .pt',
    description: 'A state dict for torch.load, also with weights_only=True.',
    extensions: ['.pt', '.pth', '.bin', '.ckpt'],
    writing: 'planned',
    dtypes: 'every',
    hasMetadata: true,
    options: ['wrap', 'prefix', 'likeFirst'],
  },
  'numpy-archive': {
    flag: 'npz',
    title: 'NumPy .npz',
    description: 'An archive of arrays for numpy.load; bfloat16 as raw data of two bytes, which ml_dtypes understands.',
    extensions: ['.npz'],
    writing: 'planned',
    dtypes: ['BOOL', 'U8', 'I8', 'U16', 'I16', 'F16', 'BF16', 'U32', 'I32', 'F32', 'U64', 'I64', 'F64'],
    hasMetadata: false,
    options: [],
  },
  'keras-h5': {
    flag: 'h5',
    title: 'Keras .h5',
    description:
      'Weights in the layout of the first ingredient, which has to be an HDF5 file of Keras; the optimizer is left out where their type changes.',
    extensions: ['.h5', '.hdf5'],
    writing: 'assembled',
    dtypes: ['BOOL', 'U8', 'I8', 'U16', 'I16', 'F16', 'U32', 'I32', 'F32', 'U64', 'I64', 'F64'],
    onlyKept: {
      BF16: 'HDF5 has no bfloat16: Keras 2 cannot load it, and Keras 3 only where it wrote two raw bytes itself',
    },
    needs: 'keras-layout',
    hasMetadata: false,
    options: [],
  },
  tfjs: {
    flag: 'tfjs',
    title: 'TensorFlow.js',
    description:
      "A manifest and its shards; float16 takes half the room and is widened on loading. The topology is the first ingredient's, where that is a model of TensorFlow.js.",
    extensions: ['model.json', 'weights_manifest.json'],
    writing: 'planned',
    dtypes: ['F32', 'I32', 'BOOL'],
    storedAs: {
      F16: 'F32',
      BF16: 'F32',
      I8: 'I32',
      U8: 'I32',
      I16: 'I32',
      U16: 'I32',
      U32: 'I32',
      I64: 'I32',
      U64: 'I32',
    },
    hasMetadata: false,
    options: ['shardBytes'],
  },
  onnx: {
    flag: 'onnx',
    title: 'ONNX',
    description:
      'Architecture and weights in one model that ONNX Runtime executes; beyond 2 GB the weights lie in a file beside it.',
    extensions: ['.onnx'],
    writing: 'planned',
    dtypes: 'every',
    needs: 'architecture',
    hasMetadata: true,
    options: [],
  },
} as const satisfies Readonly<Partial<Record<CheckpointFormat, OutputFacts>>>;

/** Formats that checkpoints are written as. */
export type OutputFormat = keyof typeof OUTPUT_FACTS;

type WrittenAs<Writing extends OutputFacts['writing']> = {
  [Format in OutputFormat]: (typeof OUTPUT_FACTS)[Format]['writing'] extends Writing ? Format : never;
}[OutputFormat];

export type PlannedFormat = WrittenAs<'planned'>;
export type AssembledFormat = WrittenAs<'assembled'>;

export const OUTPUT_FORMATS = Object.keys(OUTPUT_FACTS) as readonly OutputFormat[];

export function outputFacts(format: OutputFormat): OutputFacts {
  return OUTPUT_FACTS[format];
}

/** The type that a tensor of `dtype` is read back as from a file of this format, where that is another. */
export function readBackAs(format: CheckpointFormat, dtype: DType): WiderType | undefined {
  return format in OUTPUT_FACTS ? outputFacts(format as OutputFormat).storedAs?.[dtype] : undefined;
}

export function isAssembled(format: OutputFormat): format is AssembledFormat {
  return outputFacts(format).writing === 'assembled';
}

/** Every format that there is and, of those that this soup cannot have, why not. */
export function offeredFormats(
  subject: WritingSubject,
): readonly { readonly format: OutputFormat; readonly refusal: Refusal | undefined }[] {
  return OUTPUT_FORMATS.map((format) => {
    const { needs } = outputFacts(format);
    return { format, refusal: needs === undefined || NEEDS[needs].isMet(subject) ? undefined : NEEDS[needs] };
  });
}

/** @throws StockpotError with the code of the format's need, where it is not met */
export function checkOffered(wanted: OutputFormat, subject: WritingSubject, where: string): void {
  const refusal = offeredFormats(subject).find(({ format }) => format === wanted)?.refusal;
  if (refusal === undefined) return;
  const { code, what, remedy } = refusal;
  throw new StockpotError({ code, what, where, remedy });
}
