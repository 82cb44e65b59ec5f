import { statSync } from 'node:fs';
import { assertNever, StockpotError } from '../errors.ts';
import type { Checkpoint, Reading } from './checkpoint.ts';
import { findInFolder } from './checkpoint-folder.ts';
import { headOf, recognize, recognizeArchive } from './content.ts';
import { foreignError } from './foreign-error.ts';
import { FORMAT_FACTS, promisedFormats } from './formats.ts';
import { openNumpyArchive, openNumpyArray } from './numpy.ts';
import { openOnnx } from './onnx.ts';
import { openPytorchLegacy } from './pytorch-legacy.ts';
import { noSuchStateDict } from './pytorch-state-dict.ts';
import { openPytorchTar } from './pytorch-tar.ts';
import { openPytorchZip } from './pytorch-zip.ts';
import { renamed } from './renamed.ts';
import { openSafetensors } from './safetensors.ts';
import { readJsonFile } from './shard-index.ts';
import { openSharded, openUnindexed } from './sharded.ts';
import { readError, SourceFile, truncated } from './source-file.ts';
import { openTfjs } from './tfjs.ts';
import { findManifest } from './tfjs-manifest.ts';
import { listZipNames } from './zip-directory.ts';

/** An empty safetensors file: eight bytes of length and `{}`. */
const SMALLEST_CHECKPOINT = 10;

/**
 * Opens a checkpoint and reads its header: a file of safetensors, PyTorch, NumPy, ONNX, Keras or TensorFlow.js, an index of shards, or a folder with one of
 * these. The content decides which; a name that promises another format is refused, because one of the two is a mistake.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/empty`, `checkpoint/mislabelled` (the name promises what the content
 * is not), `checkpoint/unsupported-format`, `checkpoint/no-such-state-dict`, `checkpoint/unknown-tensor`, `checkpoint/io`, and those of
 * the formats' readers
 */
export async function openCheckpoint(path: string, reading: Reading = {}): Promise<Checkpoint> {
  const checkpoint = isFolder(path) ? await openFolder(path, reading) : await openPromised(path, reading);
  try {
    checkStateDict(checkpoint, reading);
    return reading.names === undefined ? checkpoint : renamed(checkpoint, reading.names);
  } catch (thrown) {
    checkpoint.close();
    throw thrown;
  }
}

async function openFolder(path: string, reading: Reading): Promise<Checkpoint> {
  const content = findInFolder(path);
  return content.kind === 'file' ? openPromised(content.path, reading) : openUnindexed(path, content.names);
}

async function openPromised(path: string, reading: Reading): Promise<Checkpoint> {
  return keepPromise(await openFile(SourceFile.open(path), reading), path);
}

/** Formats that hold a single set of tensors have no state dict to choose, other than their top. */
function checkStateDict({ path, stateDict, stateDicts }: Checkpoint, { stateDict: wanted }: Reading): void {
  if (wanted === undefined || wanted === (stateDict ?? '')) return;
  throw noSuchStateDict(path, wanted, stateDicts ?? []);
}

function keepPromise(checkpoint: Checkpoint, path: string): Checkpoint {
  const promised = promisedFormats(path);
  if (promised.length === 0 || promised.includes(checkpoint.format)) return checkpoint;
  checkpoint.close();
  const what = `This is ${FORMAT_FACTS[checkpoint.format].description}`;
  throw foreignError(path, what, 'Give the file the ending of what it holds.');
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (thrown) {
    throw readError(thrown, path);
  }
}

async function openFile(file: SourceFile, reading: Reading): Promise<Checkpoint> {
  const content = recognize(headOf(file));
  switch (content.kind) {
    case 'safetensors':
      return openSafetensors(file);
    case 'zip':
      return openArchive(file, reading);
    case 'numpy-array':
      return openNumpyArray(file);
    case 'onnx':
      return openOnnx(file);
    case 'pytorch-legacy':
      return openPytorchLegacy(file, reading);
    case 'tar':
      return openPytorchTar(file, reading);
    case 'hdf5':
      return (await import('./keras-h5.ts')).openKerasH5(file);
    case 'json':
      file.close();
      return openJson(file.path);
    case 'empty':
      throw closing(file, emptyError(file.path));
    case 'foreign':
      throw closing(file, foreignError(file.path, `This is ${content.description}`, content.remedy));
    case 'unknown':
      throw closing(file, unknownError(file));
    default:
      return assertNever(content);
  }
}

async function openArchive(file: SourceFile, reading: Reading): Promise<Checkpoint> {
  const content = recognizeArchive(namesIn(file));
  switch (content.kind) {
    case 'pytorch-zip':
      return openPytorchZip(file, reading);
    case 'numpy-archive':
      return openNumpyArchive(file);
    case 'keras-v3':
      return (await import('./keras-v3.ts')).openKerasV3(file);
    case 'foreign':
      throw closing(file, foreignError(file.path, `This is ${content.description}`, content.remedy));
    default:
      return assertNever(content);
  }
}

function namesIn(file: SourceFile): readonly string[] {
  try {
    return listZipNames(file);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** JSON that says where tensors are, in one of two ways. */
function openJson(path: string): Checkpoint {
  const json = readJsonFile(path);
  const manifest = findManifest(json);
  return manifest === undefined ? openSharded(path) : openTfjs(path, json, manifest);
}

function closing(file: SourceFile, error: StockpotError): StockpotError {
  file.close();
  return error;
}

function emptyError(path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/empty',
    what: 'The file is empty',
    where: path,
    remedy: 'It was probably cut short while being written, copied or downloaded; get it again.',
  });
}

function unknownError(file: SourceFile): StockpotError {
  if (file.size < SMALLEST_CHECKPOINT) return truncated(file.path, `it has only ${file.size} bytes`);
  return foreignError(file.path, 'This is no checkpoint: its first bytes are unknown');
}
