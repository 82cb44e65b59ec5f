import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { StockpotError, throwIfCancelled } from '../errors.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { type Checkpoint, isFloating } from './checkpoint.ts';
import { findDatasets, type NumericDataset } from './hdf5/datasets.ts';
import { malformedHdf5 } from './hdf5/errors.ts';
import { Hdf5File } from './hdf5/file.ts';
import { type Hdf5Source, windowOf } from './hdf5/source.ts';
import { writeRetyped } from './keras-h5-retyped.ts';
import { findKerasModel, type KerasLayout } from './keras-layout.ts';
import { checkOffered } from './output-formats.ts';
import type { AssembleContext, AssembleOutput } from './output-plan.ts';
import { SourceFile } from './source-file.ts';

/** A multiple of every element size; whole rows of chunks are not needed, the library completes them. */
const PIECE_BYTES = 4 << 20;

/** Compilation, which tells Keras to restore an optimizer whose state belonged to one ingredient. */
const TRAINING_ATTRIBUTE = 'training_config';

/**
 * Writes weights in the layout of the first ingredient's HDF5 file.
 *
 * With the types that the file has, it is copied and its weights' elements are replaced: groups, attributes and the model's description
 * stay as they are. So does an optimizer's state. With other types the file is made anew (`writeRetyped`). Either way a full model of
 * Keras 2 no longer asks for its optimizer to be restored.
 * @throws StockpotError `checkpoint/no-layout` when the first ingredient is no HDF5 file, `checkpoint/unwritable-name`,
 * `checkpoint/unwritable-dtype`, `job/cancelled`, and those of `Hdf5File` and of writing
 */
export const assembleKerasH5: AssembleOutput = async (source, path, { template }, context) => {
  checkOffered('keras-h5', { layout: template?.format, knowsArchitecture: false }, template?.path ?? path);
  const layout = SourceFile.open(template!.path);
  try {
    const file = await Hdf5File.open(windowOf(layout));
    const model = findKerasModel(file, findDatasets(file));
    checkPlaces(source, model.tensors);
    if (hasTypesOf(source, model.tensors)) await replaceElements(source, path, template!.path, context);
    else await retype(source, path, file, model, context);
  } finally {
    layout.close();
  }
};

async function replaceElements(
  source: Checkpoint,
  path: string,
  templatePath: string,
  context: AssembleContext,
): Promise<void> {
  copyBytes(templatePath, path, context);
  const target = new TargetFile(path);
  try {
    const file = await Hdf5File.open(target);
    const { group, tensors } = findKerasModel(file, findDatasets(file));
    for (const dataset of tensors.values()) replace(file, source, dataset, context);
    for (const name of unmeant(group).filter((attribute) => file.attributes('/').includes(attribute))) {
      file.removeAttribute('/', name);
    }
    file.finish();
  } finally {
    target.close();
  }
}

async function retype(
  source: Checkpoint,
  path: string,
  layout: Hdf5File,
  { group, tensors }: KerasLayout,
  context: AssembleContext,
): Promise<void> {
  const target = new TargetFile(path);
  try {
    await writeRetyped(target, layout, source, tensors, unmeant(group), context);
  } finally {
    target.close();
  }
  const written = SourceFile.open(path);
  try {
    const file = await Hdf5File.open(windowOf(written));
    checkWritten(file, source, findKerasModel(file, findDatasets(file)).tensors);
  } finally {
    written.close();
  }
}

/** Attributes of the top that mean nothing any more. */
function unmeant(group: string): readonly string[] {
  return group === '' ? [] : [TRAINING_ATTRIBUTE];
}

/** A file that the library reads and writes. */
class TargetFile implements Hdf5Source {
  readonly path: string;
  readonly size: number;
  readonly #source: SourceFile;
  readonly #descriptor: number;

  constructor(path: string) {
    this.path = path;
    this.#source = SourceFile.open(path);
    this.size = this.#source.size;
    this.#descriptor = openSync(path, 'r+');
  }

  /** What the library reads, it may have written before, beyond the end that the file had. */
  read(position: number, target: Uint8Array): void {
    this.#source.read(position, target);
  }

  write(position: number, bytes: Uint8Array): void {
    withFileErrors(this.path, () => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
  }

  resize(size: number): void {
    withFileErrors(this.path, () => ftruncateSync(this.#descriptor, size));
  }

  close(): void {
    this.#source.close();
    closeSync(this.#descriptor);
  }
}

function copyBytes(from: string, to: string, { signal }: AssembleContext): void {
  const source = SourceFile.open(from);
  const descriptor = openSync(to, 'r+');
  try {
    for (let at = 0; at < source.size; at += PIECE_BYTES) {
      throwIfCancelled(signal);
      const piece = source.bytes(at, Math.min(PIECE_BYTES, source.size - at));
      withFileErrors(to, () => writeSync(descriptor, piece, 0, piece.length, at));
    }
  } finally {
    closeSync(descriptor);
    source.close();
  }
}

function replace(file: Hdf5File, source: Checkpoint, dataset: NumericDataset, context: AssembleContext): void {
  const { name, path, metadata, byteLength } = dataset;
  for (let at = 0; at < byteLength; at += PIECE_BYTES) {
    throwIfCancelled(context.signal);
    const piece = new Uint8Array(Math.min(PIECE_BYTES, byteLength - at));
    source.read(name, at, piece);
    file.write(path, metadata, at / metadata.size, piece);
  }
}

/** The soup has to have the layout's tensors, no more and no fewer; each of its shape, and of a type that the file can have. */
function checkPlaces(source: Checkpoint, layout: ReadonlyMap<string, NumericDataset>): void {
  const stranger = [...source.tensors.keys()].find((name) => !layout.has(name));
  if (stranger !== undefined)
    throw unwritableName(source.path, `'${stranger}' has no place in the first ingredient's file`);
  for (const { name, dtype, shape } of layout.values()) {
    const tensor = source.tensors.get(name);
    if (tensor === undefined) throw unwritableName(source.path, `'${name}' of the first ingredient's file is missing`);
    const isPossible = tensor.dtype === dtype || (isFloating(tensor.dtype) && isFloating(dtype));
    if (isPossible && String(tensor.shape) === String(shape)) continue;
    throw new StockpotError({
      code: 'checkpoint/unwritable-dtype',
      what: `'${name}' is ${tensor.dtype} [${tensor.shape}] here and ${dtype} [${shape}] in the first ingredient's file`,
      remedy: 'Export it in another format.',
    });
  }
}

function hasTypesOf(source: Checkpoint, layout: ReadonlyMap<string, NumericDataset>): boolean {
  return [...layout.values()].every(({ name, dtype }) => source.tensors.get(name)!.dtype === dtype);
}

/** What is read of a file just made is what went into it. */
function checkWritten(file: Hdf5File, source: Checkpoint, written: ReadonlyMap<string, NumericDataset>): void {
  const wrong = [...source.tensors.values()].find(({ name, dtype, shape }) => {
    const found = written.get(name);
    return found?.dtype !== dtype || String(found.shape) !== String(shape);
  });
  if (wrong !== undefined) throw malformedHdf5(file.path, `'${wrong.name}' did not become what it should`);
}

function unwritableName(where: string, what: string): StockpotError {
  return new StockpotError({ code: 'checkpoint/unwritable-name', what, where });
}
