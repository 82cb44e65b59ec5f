import { statSync } from 'node:fs';
import { assertNever, StockpotError } from '../errors.ts';
import type { Checkpoint, Reading } from './checkpoint.ts';
import { HEAD_BYTES, recognize } from './content.ts';
import { foreignError } from './foreign-error.ts';
import { FORMAT_FACTS, promisedFormats } from './formats.ts';
import { openPytorchZip } from './pytorch-zip.ts';
import { renamed } from './renamed.ts';
import { openSafetensors } from './safetensors.ts';
import { findIndex, openShardedSafetensors } from './safetensors-sharded.ts';
import { readError, SourceFile, truncated } from './source-file.ts';

/** An empty safetensors file: eight bytes of length and `{}`. */
const SMALLEST_CHECKPOINT = 10;

/**
 * Opens a checkpoint and reads its header: a safetensors file, an index of safetensors shards or a folder with one, or a zip file of
 * `torch.save`. The content decides which; a name that promises another format is refused, because one of the two is a mistake.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/empty`, `checkpoint/mislabelled` (the name promises what the content
 * is not), `checkpoint/unsupported-format`, `checkpoint/no-such-state-dict`, `checkpoint/unknown-tensor`, `checkpoint/io`, and those of
 * the formats' readers
 */
export async function openCheckpoint(path: string, reading: Reading = {}): Promise<Checkpoint> {
  if (isFolder(path)) return openCheckpoint(findIndex(path), reading);
  const checkpoint = keepPromise(await openFile(SourceFile.open(path)), path);
  if (reading.names === undefined) return checkpoint;
  try {
    return renamed(checkpoint, reading.names);
  } catch (thrown) {
    checkpoint.close();
    throw thrown;
  }
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

async function openFile(file: SourceFile): Promise<Checkpoint> {
  const content = recognize(readHead(file));
  switch (content.kind) {
    case 'safetensors':
      return openSafetensors(file);
    case 'zip':
      return openPytorchZip(file);
    case 'json':
      file.close();
      return openShardedSafetensors(file.path);
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

function readHead(file: SourceFile): Uint8Array {
  try {
    return file.bytes(0, Math.min(HEAD_BYTES, file.size));
  } catch (thrown) {
    file.close();
    throw thrown;
  }
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
