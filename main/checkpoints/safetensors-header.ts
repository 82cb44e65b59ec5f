import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type DType, type TensorInfo } from './checkpoint.ts';
import { isJsonObject } from './json-object.ts';
import { isCount, tensorInfo } from './tensor-size.ts';

/** As the official implementation (https://github.com/huggingface/safetensors#format). */
export const LARGEST_HEADER = 100_000_000;

export const METADATA_KEY = '__metadata__';

export interface LocatedTensor extends TensorInfo {
  /** Bytes from the end of the header. */
  readonly begin: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly tensors: readonly LocatedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

export function malformedHeader(path: string, what: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/malformed-header',
    what: `The safetensors header is wrong: ${what}`,
    where: path,
    remedy: 'The file is damaged or was not written by a safetensors library; get it again.',
  });
}

/**
 * Reads a header's JSON: every tensor's element type, shape and place, checked one by one. Whether the places fill the
 * file is for the caller to check (`checkDense`).
 * @throws StockpotError `checkpoint/malformed-header`, `checkpoint/unsupported-dtype`
 */
export function parseSafetensorsHeader(json: Uint8Array, path: string): SafetensorsHeader {
  const entries = Object.entries(parseObject(json, path));
  refuseDuplicates(json, entries, path);
  let metadata: Readonly<Record<string, string>> = {};
  const tensors: LocatedTensor[] = [];
  for (const [name, value] of entries) {
    if (name === METADATA_KEY) metadata = parseMetadata(value, path);
    else tensors.push(parseTensor(name, value, path));
  }
  tensors.sort((a, b) => a.begin - b.begin || a.byteLength - b.byteLength);
  return { tensors, metadata };
}

/**
 * Every byte of the data belongs to exactly one tensor.
 * @throws StockpotError `checkpoint/malformed-header` where tensors overlap or leave a gap
 * @returns the length of the data in bytes
 */
export function checkDense(tensors: readonly LocatedTensor[], path: string): number {
  let end = 0;
  for (const tensor of tensors) {
    if (tensor.begin < end) throw malformedHeader(path, `'${tensor.name}' overlaps the tensor before it`);
    if (tensor.begin > end) throw malformedHeader(path, `there is a gap before '${tensor.name}'`);
    end = tensor.begin + tensor.byteLength;
  }
  return end;
}

function parseObject(json: Uint8Array, path: string): object {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
  } catch {
    throw malformedHeader(path, 'it is not UTF-8 text');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedHeader(path, 'it is not JSON');
  }
  if (!isJsonObject(value)) throw malformedHeader(path, 'it is not a JSON object');
  return value;
}

/** `JSON.parse` keeps the last of equal keys without a word; the number of colons tells how many there were. */
function refuseDuplicates(json: Uint8Array, entries: readonly (readonly [string, unknown])[], path: string): void {
  const written = countMembers(json);
  let kept = entries.length;
  for (const [, value] of entries) kept += isJsonObject(value) ? Object.keys(value).length : 0;
  if (written !== kept) throw malformedHeader(path, 'a name occurs twice');
}

/** Members of the outermost object and of the objects directly in it, in JSON that is known to be valid. */
function countMembers(json: Uint8Array): number {
  const [quote, backslash, colon, openBrace, openBracket, closeBrace, closeBracket] = [34, 92, 58, 123, 91, 125, 93];
  let depth = 0;
  let members = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === colon && depth <= 2) members += 1;
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
  }
  return members;
}

function parseMetadata(value: unknown, path: string): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) throw malformedHeader(path, `${METADATA_KEY} is not an object`);
  const entries = Object.entries(value);
  for (const [key, text] of entries) {
    if (typeof text !== 'string') throw malformedHeader(path, `the metadata '${key}' is not text`);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function parseTensor(name: string, value: unknown, path: string): LocatedTensor {
  if (!isJsonObject(value)) throw malformedHeader(path, `the entry of '${name}' is not an object`);
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== 'string') throw malformedHeader(path, `'${name}' has no dtype`);
  if (!isDType(dtype)) throw unsupportedDType(path, name, dtype);
  if (!isCounts(shape)) throw malformedHeader(path, `the shape of '${name}' is not a list of sizes`);
  if (!isCounts(offsets) || offsets.length !== 2) throw malformedHeader(path, `'${name}' has no two data_offsets`);
  const info = tensorInfo(name, dtype, shape);
  if (info === undefined) throw malformedHeader(path, `'${name}' is larger than any file`);
  const [begin, end] = offsets as readonly [number, number];
  if (end - begin !== info.byteLength) {
    throw malformedHeader(path, `'${name}' needs ${info.byteLength} bytes by its shape, ${end - begin} by its offsets`);
  }
  return { ...info, begin };
}

function isDType(dtype: string): dtype is DType {
  return Object.hasOwn(BYTES_PER_ELEMENT, dtype);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}

function unsupportedDType(path: string, name: string, dtype: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/unsupported-dtype',
    what: `The tensor '${name}' has elements of type ${dtype}, which is not supported`,
    where: path,
  });
}
