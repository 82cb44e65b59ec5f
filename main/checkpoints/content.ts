import type { SourceFile } from './source-file.ts';

/** The pickle of a file of `torch.save`; its folder is named after the file. */
export const PICKLE_RECORD = /^(?<folder>[^/]+)\/data\.pkl$/;

/** `tar` shows at byte 257, so that much is needed. */
const HEAD_BYTES = 512;

/** Recognised, and no checkpoint that can be read: `description` completes "This is …". */
interface ForeignContent {
  readonly kind: 'foreign';
  readonly description: string;
  readonly remedy?: string;
}

/** What a file's first bytes say it is. */
export type Content =
  | {
      readonly kind:
        | 'safetensors'
        | 'zip'
        | 'pytorch-legacy'
        | 'tar'
        | 'hdf5'
        | 'numpy-array'
        | 'onnx'
        | 'json'
        | 'empty'
        | 'unknown';
    }
  | ForeignContent;

type Signature = readonly [offset: number, bytes: string, description: string, remedy?: string];

const AGAIN = 'The download probably went wrong; get the file again.';
const UNPACK = 'Unpack it first.';
const SAVE_AGAIN = 'Load it in PyTorch and save its state dict with torch.save.';
const EXPORT = 'Export the weights as safetensors.';

/** The usual magic numbers, byte for byte in Latin-1. Longer ones stand before those that they begin with. */
const SIGNATURES: readonly Signature[] = [
  [0, '\x1f\x8b', 'a gzip archive', UNPACK],
  [0, 'BZh', 'a bzip2 archive', UNPACK],
  [0, '\xfd7zXZ\0', 'an xz archive', UNPACK],
  [0, '\x28\xb5\x2f\xfd', 'a Zstandard archive', UNPACK],
  [0, "7z\xbc\xaf'\x1c", 'a 7-Zip archive', UNPACK],
  [0, 'Rar!\x1a\x07', 'a RAR archive', UNPACK],
  [0, 'GGUF', 'a GGUF file, which is not supported yet', EXPORT],
  [4, 'TFL3', 'a TensorFlow Lite model', EXPORT],
  [0, '\x80\x02', 'a bare Python pickle, which is not supported', SAVE_AGAIN],
  [0, '\x80\x03', 'a bare Python pickle, which is not supported', SAVE_AGAIN],
  [0, '\x80\x04', 'a bare Python pickle, which is not supported', SAVE_AGAIN],
  [0, '\x80\x05', 'a bare Python pickle, which is not supported', SAVE_AGAIN],
  [0, 'version https://git-lfs.github.com', 'a Git LFS pointer, which stands for the real file', 'Run git lfs pull.'],
  [0, 'PK\x05\x06', 'an empty zip archive', AGAIN],
  [0, '\x89PNG\r\n\x1a\n', 'a PNG image'],
  [0, '\xff\xd8\xff', 'a JPEG image'],
  [0, '%PDF', 'a PDF document'],
  [0, 'SQLite format 3\0', 'an SQLite database'],
  [0, '\x7fELF', 'a program'],
  [0, 'MZ', 'a Windows program'],
];

/** The magic number of PyTorch before 1.6, pickled: behind the protocol, and from protocol 4 on behind a length. */
const LEGACY_MAGIC = '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';
const LEGACY_MAGIC_OFFSETS = [2, 11];

/** tar shows in the middle of its first header. */
const TAR_MAGIC = 'ustar';
const TAR_MAGIC_OFFSET = 257;

const HDF5_MAGIC = '\x89HDF\r\n\x1a\n';
const NUMPY_MAGIC = '\x93NUMPY';

const HTML = /^\s*<(!doctype html|html|head|body|script)\b/i;
const XML = /^\s*<(\?xml|[a-z]+[\s>])/i;
/** An object, or a list of objects. */
const JSON_START = /^\s*(\{|\[\s*\{)/;

/** ONNX's ModelProto begins with its version (field 1), then a producer, domain, graph or import (fields 2, 3, 4, 7, 8). */
const ONNX_NEXT_FIELDS = [0x12, 0x1a, 0x22, 0x3a, 0x42];
const NEWEST_ONNX = 32;

/**
 * A file's first bytes. The file is closed when they can't be read.
 * @throws StockpotError `checkpoint/io`
 */
export function headOf(file: SourceFile): Uint8Array {
  try {
    return file.bytes(0, Math.min(HEAD_BYTES, file.size));
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** Recognises a file by its first bytes; its name has no say. */
export function recognize(head: Uint8Array): Content {
  if (head.length === 0) return { kind: 'empty' };
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('PK\x03\x04')) return { kind: 'zip' };
  // Eight bytes of length, then JSON: before the magic numbers, as any length may begin like one of them.
  if (text[8] === '{' && text.slice(5, 8) === '\0\0\0') return { kind: 'safetensors' };
  if (text[0] === '\x80' && LEGACY_MAGIC_OFFSETS.some((offset) => text.startsWith(LEGACY_MAGIC, offset)))
    return { kind: 'pytorch-legacy' };
  if (text.startsWith(TAR_MAGIC, TAR_MAGIC_OFFSET)) return { kind: 'tar' };
  if (text.startsWith(HDF5_MAGIC)) return { kind: 'hdf5' };
  if (text.startsWith(NUMPY_MAGIC)) return { kind: 'numpy-array' };
  for (const [offset, bytes, description, remedy] of SIGNATURES) {
    if (text.startsWith(bytes, offset)) return foreign(description, remedy);
  }
  if (JSON_START.test(text)) return { kind: 'json' };
  if (HTML.test(text)) return foreign('a web page', AGAIN);
  if (XML.test(text)) return foreign('an XML document', AGAIN);
  if (looksLikeOnnx(head)) return { kind: 'onnx' };
  if (head.every((byte) => byte === 0)) return foreign('nothing but zeros', AGAIN);
  if (text[8] === '{') return { kind: 'safetensors' };
  return { kind: 'unknown' };
}

/** What a zip archive is. */
export type ArchiveContent = { readonly kind: 'pytorch-zip' | 'numpy-archive' | 'keras-v3' } | ForeignContent;

/** Zip archives by the records that only they have, the surest first. */
const ARCHIVES: readonly (readonly [record: RegExp, content: ArchiveContent])[] = [
  [/^[^/]+\/archive_format$/, foreign('an archive of torch.export, whose weights are not read', SAVE_AGAIN)],
  [PICKLE_RECORD, { kind: 'pytorch-zip' }],
  [/^model\.weights\.h5$/, { kind: 'keras-v3' }],
  [/\.npy$/, { kind: 'numpy-archive' }],
  [/^\[Content_Types\]\.xml$/, foreign('an Office document', 'Give a safetensors or PyTorch file.')],
  [/^META-INF\//, foreign('a Java archive', 'Give a safetensors or PyTorch file.')],
];

/** Recognises a zip archive by the names of its records. */
export function recognizeArchive(names: readonly string[]): ArchiveContent {
  const found = ARCHIVES.find(([record]) => names.some((name) => record.test(name)));
  return found?.[1] ?? foreign("a zip archive without 'data.pkl', so not one of torch.save", UNPACK);
}

function looksLikeOnnx(head: Uint8Array): boolean {
  const [field = 0, version = 0, next = 0] = head;
  return field === 0x08 && version > 0 && version <= NEWEST_ONNX && ONNX_NEXT_FIELDS.includes(next);
}

function foreign(description: string, remedy?: string): ForeignContent {
  return { kind: 'foreign', description, ...(remedy === undefined ? {} : { remedy }) };
}
