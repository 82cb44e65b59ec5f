import { basename, dirname, extname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { StockpotError } from '../errors.ts';
import { AtomicFiles } from '../files/atomic-files.ts';
import type { TensorInfo, Weights } from './checkpoint.ts';
import type { OutputFormat, OutputOptions, OutputPlan, PlanOutput } from './output-plan.ts';
import { planPytorchZip } from './pytorch-zip-plan.ts';
import { planSafetensors } from './safetensors.ts';
import { tensorInfo } from './tensor-size.ts';

const FORMAT_OF_EXTENSION: Readonly<Record<string, OutputFormat>> = {
  '.safetensors': 'safetensors',
  '.pt': 'pytorch-zip',
  '.pth': 'pytorch-zip',
  '.bin': 'pytorch-zip',
};

const PLANNERS: Readonly<Record<OutputFormat, PlanOutput>> = {
  safetensors: planSafetensors,
  'pytorch-zip': planPytorchZip,
};

/**
 * The format that an output path asks for by its extension.
 * @throws StockpotError `checkpoint/unknown-extension`
 */
export function formatOfPath(path: string): OutputFormat {
  const format = FORMAT_OF_EXTENSION[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new StockpotError({
    code: 'checkpoint/unknown-extension',
    what: 'The output format follows from the file name, and this name does not say which',
    where: path,
    remedy: `Use one of ${Object.keys(FORMAT_OF_EXTENSION).join(', ')}.`,
  });
}

/**
 * The layout of a checkpoint about to be written, in any format.
 * @throws StockpotError as `planSafetensors` and `planPytorchZip`
 */
export function planOutput(format: OutputFormat, tensors: readonly TensorInfo[], options: OutputOptions): OutputPlan {
  return PLANNERS[format](tensors, options);
}

/**
 * Writes weights held in memory to `path`, atomically. For weights that do not fit, see `planOutput`.
 * @throws StockpotError as `planOutput` and `AtomicFiles`; `checkpoint/wrong-size` when bytes do not match a shape
 */
export function writeCheckpoint(
  path: string,
  format: OutputFormat,
  weights: Weights,
  metadata: Readonly<Record<string, string>> = {},
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
  const plan = planOutput(format, infos, { name: basename(path), metadata });
  const files = AtomicFiles.create(dirname(resolve(path)), plan.files);
  try {
    const checksums = new Map<string, number>();
    for (const [name, { bytes }] of weights) {
      const { file, offset } = plan.places.get(name)!;
      files.write(file, bytes, offset);
      if (plan.needsChecksums) checksums.set(name, crc32(bytes));
    }
    for (const { file, offset, bytes } of plan.surroundings(checksums)) files.write(file, bytes, offset);
    files.commit();
  } finally {
    files.abandon();
  }
}
