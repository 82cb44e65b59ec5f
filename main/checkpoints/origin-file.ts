import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { StockpotError } from '../errors.ts';
import { withFileErrors } from '../files/file-errors.ts';
import { hashFile } from '../files/hash-file.ts';

/** Follows the name of the checkpoint that the text belongs to. */
const ENDING = '.stockpot.json';

/** Of a file that anybody may have put there. */
const LARGEST = 100_000_000;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.object({
  version: z.literal(1),
  /** SHA-256 of the checkpoint's file or files, by name. */
  files: z.record(z.string(), sha256),
  metadata: z.record(z.string(), z.string()),
});

/** Where a checkpoint's origin is told when its format has no room for text. */
export function originFilePath(path: string): string {
  return `${path}${ENDING}`;
}

/** The checkpoint that such a file lies beside; undefined for any other file. */
export function checkpointOfOriginFile(path: string): string | undefined {
  return path.endsWith(ENDING) ? path.slice(0, -ENDING.length) : undefined;
}

export function renderOriginFile(
  hashes: Readonly<Record<string, string>>,
  metadata: Readonly<Record<string, string>>,
): string {
  const content: z.infer<typeof schema> = { version: 1, files: { ...hashes }, metadata: { ...metadata } };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/**
 * The text that lies beside a checkpoint; undefined when there is none.
 * @throws StockpotError `checkpoint/bad-origin-file` when it cannot be read, `checkpoint/other-origin` when it belongs to other files
 */
export async function readOriginFile(
  path: string,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  const beside = originFilePath(path);
  const status = statSync(beside, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (status.size > LARGEST) throw badOriginFile(beside);
  const { files, metadata } = parse(
    withFileErrors(beside, () => readFileSync(beside, 'utf8')),
    beside,
  );
  if (!Object.hasOwn(files, basename(path))) throw otherOrigin(path, beside);
  for (const [name, expected] of Object.entries(files)) {
    if (name !== basename(name)) throw badOriginFile(beside);
    const found = await hashFile(join(dirname(path), name), signal === undefined ? {} : { signal });
    if (found !== expected) throw otherOrigin(join(dirname(path), name), beside);
  }
  return metadata;
}

function parse(text: string, path: string): z.infer<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badOriginFile(path);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw badOriginFile(path);
  return parsed.data;
}

function badOriginFile(path: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/bad-origin-file',
    what: 'What lies beside the checkpoint about its origin cannot be read',
    where: path,
    remedy: 'It was changed after it was written, or written by another version of Stockpot.',
  });
}

function otherOrigin(path: string, beside: string): StockpotError {
  return new StockpotError({
    code: 'checkpoint/other-origin',
    what: 'The file is not the one that the text beside it was written for: its SHA-256 is another',
    where: path,
    details: [beside],
    remedy: 'One of the two was replaced or changed; put back the file that was exported, or export again.',
  });
}
