import { statSync } from 'node:fs';
import { assertNever, StockpotError } from '../errors.ts';
import type { Checkpoint, CheckpointFormat } from './checkpoint.ts';
import { HEAD_BYTES, recognize } from './content.ts';
import { claimOf, foreignError } from './foreign-error.ts';
import { openPytorchZip } from './pytorch-zip.ts';
import { openSafetensors } from './safetensors.ts';
import { findIndex, openShardedSafetensors } from './safetensors-sharded.ts';
import { readError, SourceFile, truncated } from './source-file.ts';

/** An empty safetensors file: eight bytes of length and `{}`. */
const SMALLEST_CHECKPOINT = 10;

/**
 * Opens a checkpoint and reads its header: a safetensors file, an index of safetensors shards or a folder with one, or a zip file of
 * `torch.save`. The content decides which; a name that promises another format is refused, because one of the two is a mistake.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/empty`, `checkpoint/mislabelled` (the name promises what the content
 * is not), `checkpoint/unsupported-format`, `checkpoint/io`, and those of `openSafetensors`, `openShardedSafetensors`
 * and `openPytorchZip`
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  if (isFolder(path)) return openCheckpoint(findIndex(path));
  const checkpoint = await openFile(SourceFile.open(path));
  const claim = claimOf(path);
  if (claim === undefined || claim === checkpoint.format) return checkpoint;
  checkpoint.close();
  throw foreignError(path, `This is ${CONTENTS[checkpoint.format]}`, 'Give the file the ending of what it holds.');
}

const CONTENTS: Readonly<Record<CheckpointFormat, string>> = {
  safetensors: 'a safetensors file',
  'safetensors-sharded': 'an index of safetensors shards',
  'pytorch-zip': 'a PyTorch file',
};

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
