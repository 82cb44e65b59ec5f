import { z } from 'zod';
import { StockpotError } from '../../../errors.ts';

/** What project files are called. */
export const PROJECT_FILE_SUFFIX = '.stockpot';

export const MANIFEST_RECORD = 'manifest.json';
export const ROWS_RECORD = 'rows.json.gz';

export const SHA256 = /^[0-9a-f]{64}$/;

/** One part of a checkpoint's path in the archive: nothing that means something to a file system. */
const PLAIN_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .+=@-]{0,199}$/u;

export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) && !/[. ]$/.test(name);
}

/** What the archive says of itself; the records beside it are named by what they hold. */
export const manifestSchema = z.object({
  format: z.literal('stockpot-project'),
  version: z.literal(1),
  /** Of the database that the rows come from. */
  schema: z.int().positive(),
  /** The Stockpot that wrote it. */
  stockpot: z.string().max(100),
  createdAt: z.iso.datetime(),
  name: z.string().min(1).max(200),
  /** The file to open, by the SHA-256 of each checkpoint that is in the archive. */
  checkpoints: z.record(z.string().regex(SHA256), z.string().refine(isPlainName)),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** `checkpoints/<sha256>/<file>` */
export function checkpointRecord(sha256: string, file: string): string {
  return `checkpoints/${sha256}/${file}`;
}

/** `splits/<key>/<file>` */
export function splitRecord(key: string, file: string): string {
  return `splits/${key}/${file}`;
}

/** `predictions/<key>.f32` */
export function predictionRecord(key: string): string {
  return `predictions/${key}.f32`;
}

export type ProjectRecord =
  | { readonly kind: 'manifest' | 'rows' }
  | { readonly kind: 'checkpoint'; readonly sha256: string; readonly file: string }
  | { readonly kind: 'split'; readonly key: string; readonly file: string }
  | { readonly kind: 'prediction'; readonly key: string };

const SPLIT_FILES: ReadonlySet<string> = new Set(['images.u8.gz', 'labels.i32', 'rows.u32', 'split.json']);

/** What a record holds, by its name; undefined for a name that no project file has. */
export function recordOf(name: string): ProjectRecord | undefined {
  if (name === MANIFEST_RECORD) return { kind: 'manifest' };
  if (name === ROWS_RECORD) return { kind: 'rows' };
  const [folder, key = '', file = '', ...more] = name.split('/');
  if (more.length > 0) return undefined;
  if (folder === 'predictions' && file === '' && key.endsWith('.f32') && SHA256.test(key.slice(0, -4))) {
    return { kind: 'prediction', key: key.slice(0, -4) };
  }
  if (!SHA256.test(key)) return undefined;
  if (folder === 'checkpoints' && isPlainName(file)) return { kind: 'checkpoint', sha256: key, file };
  if (folder === 'splits' && SPLIT_FILES.has(file)) return { kind: 'split', key, file };
  return undefined;
}

export function malformed(path: string, what: string, cause?: unknown): StockpotError {
  return new StockpotError({
    code: 'projects/malformed-file',
    what: `This is not a sound project file: ${what}`,
    where: path,
    remedy: 'Get the file again, or export the project again.',
    cause,
  });
}
