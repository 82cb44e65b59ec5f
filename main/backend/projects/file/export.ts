import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Database } from '../../../../db/open.ts';
import { type ProjectRows, projectRowsRepository, type TableRow } from '../../../../db/repositories/project-rows.ts';
import { hashCheckpoint } from '../../../checkpoints/hash.ts';
import { openCheckpoint } from '../../../checkpoints/open.ts';
import { IMAGES_FILE, LABELS_FILE, MANIFEST_FILE, ROWS_FILE } from '../../../data/prepared-folder.ts';
import { StockpotError, throwIfCancelled } from '../../../errors.ts';
import { withFileErrors } from '../../../files/file-errors.ts';
import { type Blend, computedFilesOf } from '../../../mix/blend.ts';
import type { JobOptions } from '../../jobs/job-options.ts';
import { stockpotVersion } from '../../system/versions.ts';
import type { WorkspacePaths } from '../../workspace.ts';
import type { ProjectService } from '../service.ts';
import { type RecordSource, writeArchive } from './archive-writer.ts';
import {
  checkpointRecord,
  isPlainName,
  MANIFEST_RECORD,
  type Manifest,
  PROJECT_FILE_SUFFIX,
  predictionRecord,
  ROWS_RECORD,
  splitRecord,
} from './layout.ts';

export interface ProjectExportRequest {
  readonly projectId: number;
  /** Absolute; the suffix is added when it is missing. */
  readonly path: string;
  /** The ingredients' files; without them whoever imports the project has to have them already. */
  readonly checkpoints: boolean;
  /** Prepared test and selection sets and kept predictions, by which everything can be looked at without computing it again. */
  readonly data: boolean;
}

export interface ProjectExported {
  readonly path: string;
  readonly byteSize: number;
  /** Names of ingredients whose files were not there to be taken along. */
  readonly missing: readonly string[];
}

/** Prepared images beyond this are prepared again from their source rather than packed. */
const LARGEST_IMAGES = 128 << 20;

const compress = promisify(gzip);

/**
 * Writes a project as one file: a zip archive of a manifest, the database's rows and, where wanted, checkpoints and data.
 * @throws StockpotError `projects/unknown`, `projects/changed-ingredient`, `projects/changed-meanwhile`, `file/…`, `job/cancelled`
 */
export async function exportProject(
  { database, paths, projects }: ProjectFileRoom,
  request: ProjectExportRequest,
  options: JobOptions,
): Promise<ProjectExported> {
  const { name } = projects.summary(request.projectId);
  const rows = projectRowsRepository(database).gather(request.projectId);
  const packed = request.checkpoints ? await checkpointsOf(rows, options) : { records: [], mains: {}, missing: [] };
  const manifest: Manifest = {
    format: 'stockpot-project',
    version: 1,
    schema: database.schemaVersion,
    stockpot: stockpotVersion(),
    createdAt: new Date().toISOString(),
    name,
    checkpoints: packed.mains,
  };
  const carried = withoutPlaces(request.data ? rows : { ...rows, predictions: [] }, packed.mains);
  const records: readonly RecordSource[] = [
    { name: MANIFEST_RECORD, bytes: Buffer.from(JSON.stringify(manifest, undefined, 2)) },
    { name: ROWS_RECORD, bytes: await compress(JSON.stringify(carried), { level: 9 }) },
    ...(request.data ? [...(await splitsOf(rows, paths, options.signal)), ...predictionsOf(rows, paths)] : []),
    ...packed.records,
  ];
  const path = withSuffix(resolve(request.path));
  const byteSize = await writeArchive(path, records, options);
  return { path, byteSize, missing: packed.missing };
}

/** Where things are on this machine is nobody's business elsewhere, but for files that stay behind. */
function withoutPlaces(rows: ProjectRows, mains: Readonly<Record<string, string>>): ProjectRows {
  return {
    ...rows,
    ingredients: rows.ingredients.map((row) => ({ ...row, path: mains[String(row.sha256)] ?? row.path! })),
    subjects: rows.subjects.map((row) => ({ ...row, definition: '{}' })),
  };
}

export interface ProjectFileRoom {
  readonly database: Database;
  readonly paths: WorkspacePaths;
  readonly projects: Pick<ProjectService, 'summary' | 'freeName'>;
}

function withSuffix(path: string): string {
  return extname(path).toLowerCase() === PROJECT_FILE_SUFFIX ? path : `${path}${PROJECT_FILE_SUFFIX}`;
}

interface PackedCheckpoints {
  readonly records: readonly RecordSource[];
  readonly mains: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}

async function checkpointsOf(rows: ProjectRows, { signal, onProgress }: JobOptions): Promise<PackedCheckpoints> {
  const records: RecordSource[] = [];
  const mains: Record<string, string> = {};
  const missing: string[] = [];
  const wanted = [...rows.ingredients, ...rows.runs.flatMap(computedFiles)];
  for (const [place, { name, path, sha256 }] of wanted.entries()) {
    throwIfCancelled(signal);
    onProgress?.({ stage: 'Reading checkpoints', done: place, total: wanted.length, unit: 'checkpoints' });
    const [hash, main] = [String(sha256), String(path)];
    if (mains[hash] !== undefined) continue;
    if (!existsSync(main)) {
      missing.push(String(name));
      continue;
    }
    const files = await filesOf(main);
    await refuseChanged(main, files, hash, signal);
    const parts = new Set([main, ...files]);
    const inside = (file: string): string => (parts.size === 1 ? nameOfOne(file) : nameOfPart(file, dirname(main)));
    mains[hash] = inside(main);
    for (const file of parts) {
      records.push({
        name: checkpointRecord(hash, inside(file)),
        path: file,
        size: withFileErrors(file, () => statSync(file).size),
      });
    }
  }
  return { records, mains, missing };
}

/** What was computed for a run and is part of its soup. */
function computedFiles({ coefficients }: TableRow): readonly Pick<TableRow, string>[] {
  return typeof coefficients !== 'string'
    ? []
    : computedFilesOf(JSON.parse(coefficients) as Blend).map((file) => ({ ...file }));
}

async function filesOf(main: string): Promise<readonly string[]> {
  const checkpoint = await openCheckpoint(main);
  checkpoint.close();
  return checkpoint.files;
}

async function refuseChanged(
  main: string,
  files: readonly string[],
  expected: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = await hashCheckpoint({ files }, signal === undefined ? {} : { signal });
  if (found === expected) return;
  throw new StockpotError({
    code: 'projects/changed-ingredient',
    what: 'This checkpoint is no longer the one that was imported',
    where: main,
    details: [`SHA-256 expected: ${expected}`, `SHA-256 found: ${found}`],
    remedy: 'Put the original file back, or export without checkpoints.',
  });
}

function nameOfOne(file: string): string {
  const name = basename(file);
  return isPlainName(name) ? name : `checkpoint${extname(name)}`;
}

/** Shards beside their index keep their names, which the index holds. */
function nameOfPart(file: string, folder: string): string {
  const name = basename(file);
  if (dirname(file) === folder && isPlainName(name)) return name;
  throw new StockpotError({
    code: 'projects/unpackable-checkpoint',
    what: 'This checkpoint’s parts lie in several folders or have unusual names',
    where: file,
    remedy: 'Put the parts beside their index, or export without checkpoints.',
  });
}

/** Selection and test sets that are in the cache; training data is prepared again from its source. */
async function splitsOf(
  rows: ProjectRows,
  paths: WorkspacePaths,
  signal: AbortSignal | undefined,
): Promise<readonly RecordSource[]> {
  const records: RecordSource[] = [];
  for (const key of new Set(rows.splits.filter(({ role }) => role !== 'train').map((split) => String(split.key)))) {
    throwIfCancelled(signal);
    const folder = join(paths.splits, key);
    const size = statSync(join(folder, IMAGES_FILE), { throwIfNoEntry: false })?.size;
    if (size === undefined || size > LARGEST_IMAGES) continue;
    const read = (file: string): Buffer => withFileErrors(join(folder, file), () => readFileSync(join(folder, file)));
    const images = await compress(read(IMAGES_FILE), { level: 9 });
    records.push({ name: splitRecord(key, `${IMAGES_FILE}.gz`), bytes: images });
    for (const file of [LABELS_FILE, ROWS_FILE, MANIFEST_FILE]) {
      records.push({ name: splitRecord(key, file), bytes: read(file) });
    }
  }
  return records;
}

function predictionsOf(rows: ProjectRows, paths: WorkspacePaths): readonly RecordSource[] {
  return rows.predictions.flatMap((row: TableRow): readonly RecordSource[] => {
    const path = join(paths.predictions, String(row.file));
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    return size === undefined ? [] : [{ name: predictionRecord(String(row.key)), path, size }];
  });
}
