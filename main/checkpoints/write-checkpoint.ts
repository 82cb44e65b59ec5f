import { basename, dirname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import { AtomicFiles } from '../files/atomic-files.ts';
import type { TensorInfo, Weights } from './checkpoint.ts';
import { inWiderType } from './lossless.ts';
import { planNumpyArchive } from './npz-plan.ts';
import { planOnnx } from './onnx-plan.ts';
import {
  type AssembledFormat,
  checkOffered,
  LAYOUT_OPTIONS,
  type LayoutOption,
  OUTPUT_FORMATS,
  type OutputFormat,
  outputFacts,
  type PlannedFormat,
} from './output-formats.ts';
import type { AssembleOutput, OutputOptions, OutputPlan, PlanOutput } from './output-plan.ts';
import { planPytorchZip } from './pytorch-zip-plan.ts';
import { planSafetensors } from './safetensors.ts';
import { planShardedSafetensors } from './safetensors-sharded-plan.ts';
import { tensorInfo } from './tensor-size.ts';
import { planTfjs } from './tfjs-plan.ts';

const PLANNERS: Readonly<Record<PlannedFormat, PlanOutput>> = {
  safetensors: planSafetensors,
  'safetensors-sharded': planShardedSafetensors,
  'pytorch-zip': planPytorchZip,
  'numpy-archive': planNumpyArchive,
  tfjs: planTfjs,
  onnx: planOnnx,
};

/** Loaded when asked for: each brings a library. */
const ASSEMBLERS: Readonly<Record<AssembledFormat, () => Promise<AssembleOutput>>> = {
  'keras-h5': async () => (await import('./keras-h5-output.ts')).assembleKerasH5,
};

/**
 * The format that an output path asks for by its ending.
 * @throws StockpotError `checkpoint/unknown-extension`
 */
export function formatOfPath(path: string): OutputFormat {
  const name = path.toLowerCase();
  const endings = OUTPUT_FORMATS.flatMap((format) =>
    outputFacts(format).extensions.map((extension) => ({ format, extension })),
  );
  const [found] = endings
    .filter(({ extension }) => name.endsWith(extension))
    .toSorted((a, b) => b.extension.length - a.extension.length);
  if (found !== undefined) return found.format;
  throw new StockpotError({
    code: 'checkpoint/unknown-extension',
    what: 'The output format follows from the file name, and this name does not say which',
    where: path,
    remedy: `Use one of ${endings.map(({ extension }) => extension).join(', ')}.`,
  });
}

/**
 * The layout of a checkpoint about to be written, in any format whose layout can be known beforehand.
 * @throws StockpotError as the format's planner and `checkWritable`
 */
export function planOutput(format: PlannedFormat, tensors: readonly TensorInfo[], options: OutputOptions): OutputPlan {
  checkWritable(format, tensors, options);
  return PLANNERS[format](tensors, options);
}

/** What writes a format whose layout cannot be known beforehand. */
export function assemblerOf(format: AssembledFormat): Promise<AssembleOutput> {
  return ASSEMBLERS[format]();
}

/**
 * Refuses what a format has no form for, before anything is computed.
 * @throws StockpotError `checkpoint/unwritable-dtype`, `checkpoint/unwritable-option`, and as `checkOffered`
 */
export function checkWritable(format: OutputFormat, tensors: readonly TensorInfo[], options: OutputOptions): void {
  const { title, dtypes, storedAs, onlyKept = {}, options: known } = outputFacts(format);
  for (const option of Object.keys(LAYOUT_OPTIONS) as LayoutOption[]) {
    if (options[option] !== undefined && !known.includes(option)) throw unwritableOption(title, option);
  }
  const { template, graph, name } = options;
  checkOffered(format, { layout: template?.format, knowsArchitecture: graph !== undefined }, name);
  if (dtypes === 'every') return;
  const isKept = (tensor: TensorInfo): boolean =>
    onlyKept[tensor.dtype] !== undefined && template?.tensors.get(tensor.name)?.dtype === tensor.dtype;
  const stranger = tensors.find(
    (tensor) => !dtypes.includes(tensor.dtype) && storedAs?.[tensor.dtype] === undefined && !isKept(tensor),
  );
  if (stranger === undefined) return;
  const reason = onlyKept[stranger.dtype];
  throw new StockpotError({
    code: 'checkpoint/unwritable-dtype',
    what: `${title} has no elements of type ${stranger.dtype}, which '${stranger.name}' has`,
    where: options.name,
    ...(reason === undefined ? {} : { details: [reason] }),
    remedy: `Choose another element type (--dtype; ${title} has ${dtypes.join(', ')}) or another format.`,
  });
}

function unwritableOption(title: string, option: LayoutOption): StockpotError {
  const having = OUTPUT_FORMATS.map(outputFacts).filter(({ options }) => options.includes(option));
  return new StockpotError({
    code: 'checkpoint/unwritable-option',
    what: `${title} has no choice of '${LAYOUT_OPTIONS[option].title}'`,
    where: `--${LAYOUT_OPTIONS[option].flag}`,
    remedy: `These have: ${having.map(({ title: other, extensions }) => `${other} (${extensions[0]})`).join(', ')}.`,
  });
}

/**
 * Writes weights held in memory to `path`, atomically. For weights that do not fit, see `planOutput`.
 * @throws StockpotError as `planOutput` and `AtomicFiles`; `checkpoint/wrong-size` when bytes do not match a shape
 */
export function writeCheckpoint(
  path: string,
  format: PlannedFormat,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
  options: Omit<OutputOptions, 'name' | 'metadata'> = {},
): void {
  const infos = [...weights].map(([name, value]) => {
    const info = tensorInfo(name, value.dtype, value.shape);
    if (info !== undefined && info.byteLength === value.bytes.length) return info;
    throw new StockpotError({
      code: 'checkpoint/wrong-size',
      kind: 'failure',
      what: `'${name}' is ${value.dtype} [${value.shape.join(', ')}] but has ${value.bytes.length} bytes`,
    });
  });
  const plan = planOutput(format, infos, { ...options, name: basename(path), metadata });
  const files = AtomicFiles.create(dirname(resolve(path)), plan.files);
  try {
    const checksums = new Map<string, number>();
    for (const [name, { dtype, bytes: given }] of weights) {
      const { file, offset } = plan.places.get(name)!;
      const wider = plan.widened?.get(name);
      const bytes = wider === undefined ? given : inWiderType(name, dtype, wider, given);
      files.write(file, bytes, offset);
      if (plan.needsChecksums) checksums.set(name, crc32(bytes));
    }
    for (const { file, offset, bytes } of plan.surroundings(checksums)) files.write(file, bytes, offset);
    files.commit();
  } finally {
    files.abandon();
  }
}
