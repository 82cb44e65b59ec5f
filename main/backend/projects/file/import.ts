import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectRows, TableRow } from '../../../../db/repositories/project-rows.ts';
import { hashCheckpoint } from '../../../checkpoints/hash.ts';
import { openCheckpoint } from '../../../checkpoints/open.ts';
import { IMAGES_FILE, LABELS_FILE, MANIFEST_FILE, ROWS_FILE, readManifest } from '../../../data/prepared-folder.ts';
import { StockpotError, throwIfCancelled } from '../../../errors.ts';
import { AtomicFile } from '../../../files/atomic-file.ts';
import { writeFolderAtomically } from '../../../files/atomic-folder.ts';
import { type Blend, computedFilesOf, withComputedFiles } from '../../../mix/blend.ts';
import { predictionKey } from '../../evaluations/predictions.ts';
import type { JobOptions } from '../../jobs/job-options.ts';
import { insertProject } from '../duplicate.ts';
import { ProjectArchive } from './archive-reader.ts';
import type { ProjectFileRoom } from './export.ts';
import {
  checkpointRecord,
  MANIFEST_RECORD,
  type Manifest,
  malformed,
  manifestSchema,
  predictionRecord,
  ROWS_RECORD,
  splitRecord,
} from './layout.ts';
import { parseRows } from './rows.ts';

const LARGEST_MANIFEST = 8 << 20;
const LARGEST_ROWS = 512 << 20;

/** Follows the runtime of everything that was measured elsewhere: it is shown, but what is cooked here is measured here. */
const ELSEWHERE = ', imported';

interface ImportOptions extends JobOptions {
  /** Called within the transaction that writes the project: what it writes is there with the project or not at all. */
  readonly inserted?: ((id: number) => void) | undefined;
}

/**
 * Brings a project file in: all of it or, when anything is wrong with it, nothing. Every checkpoint is hashed against its row.
 * A name that is taken gets a number. Returns the new project's id.
 * @throws StockpotError `projects/no-such-file`, `projects/not-a-project-file`, `projects/malformed-file`, `projects/newer-file`,
 * `file/…`, `job/cancelled`
 */
export async function importProject(room: ProjectFileRoom, path: string, options: ImportOptions): Promise<number> {
  const archive = ProjectArchive.open(path);
  const written: string[] = [];
  try {
    const manifest = readArchiveManifest(archive);
    refuseNewer(manifest, room.database.schemaVersion, path);
    const rows = await readRows(archive);
    const mains = await unpackCheckpoints(archive, manifest, room.paths.checkpoints, { ...options, written });
    await unpackSplits(archive, rows, room.paths.splits, options.signal, written);
    const moved = movedHere(rows, { name: room.projects.freeName(manifest.name), mains });
    await unpackPredictions(archive, moved, room.paths.predictions, options.signal, written);
    throwIfCancelled(options.signal);
    return insertChecked(room, moved.rows, { path, inserted: options.inserted });
  } catch (thrown) {
    for (const leftover of written) rmSync(leftover, { recursive: true, force: true });
    throw thrown;
  } finally {
    archive.close();
  }
}

function readArchiveManifest(archive: ProjectArchive): Manifest {
  const bytes = archive.bytes(MANIFEST_RECORD, LARGEST_MANIFEST);
  if (bytes === undefined) throw malformed(archive.path, 'it has no manifest');
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (thrown) {
    throw malformed(archive.path, 'its manifest is not one', thrown);
  }
}

function refuseNewer({ schema, stockpot }: Manifest, known: number, path: string): void {
  if (schema <= known) return;
  throw new StockpotError({
    code: 'projects/newer-file',
    what: `This project file is from a newer Stockpot (${stockpot})`,
    where: path,
    remedy: 'Update Stockpot, then import it.',
  });
}

async function readRows(archive: ProjectArchive): Promise<ProjectRows> {
  const bytes = await archive.unpacked(ROWS_RECORD, LARGEST_ROWS);
  if (bytes === undefined) throw malformed(archive.path, 'it has no rows');
  return parseRows(Buffer.from(bytes).toString('utf8'), archive.path);
}

/** As many folders are filled at once: waiting for the disk is most of the work on small ones. */
const FOLDERS_AT_ONCE = 8;

/** Does `work` on all items, several at once. Nothing goes on when this throws. */
async function severalAtOnce<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  while (left.length > 0) {
    const outcomes = await Promise.allSettled(left.splice(0, FOLDERS_AT_ONCE).map(work));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** Each checkpoint into a folder named by its hash; where it is then, by hash. */
async function unpackCheckpoints(
  archive: ProjectArchive,
  { checkpoints }: Manifest,
  folder: string,
  { signal, onProgress, written }: JobOptions & { readonly written: string[] },
): Promise<ReadonlyMap<string, string>> {
  const mains = new Map<string, string>();
  const all = Object.entries(checkpoints);
  await severalAtOnce(all, async ([sha256, main]) => {
    onProgress?.({ stage: 'Unpacking checkpoints', done: mains.size, total: all.length, unit: 'checkpoints' });
    const target = join(folder, sha256);
    if (!archive.records.has(checkpointRecord(sha256, main)))
      throw malformed(archive.path, `checkpoint ${sha256} is missing`);
    const outcome = await writeFolderAtomically(target, async (temporary) => {
      for (const [name, record] of archive.records) {
        if (record.kind !== 'checkpoint' || record.sha256 !== sha256) continue;
        await archive.copy(name, join(temporary, record.file), signal);
      }
      await refuseOther(join(temporary, main), sha256, archive.path, signal);
    });
    if (outcome === 'written') written.push(target);
    mains.set(sha256, join(target, main));
  });
  return mains;
}

async function refuseOther(
  path: string,
  expected: string,
  archivePath: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let found: string;
  try {
    const checkpoint = await openCheckpoint(path);
    try {
      found = await hashCheckpoint(checkpoint, signal === undefined ? {} : { signal });
    } finally {
      checkpoint.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof StockpotError) || thrown.kind === 'cancelled') throw thrown;
    throw malformed(archivePath, `checkpoint ${expected} cannot be read: ${thrown.what}`, thrown);
  }
  if (found !== expected) throw malformed(archivePath, `checkpoint ${expected} holds something else`);
}

async function unpackSplits(
  archive: ProjectArchive,
  rows: ProjectRows,
  folder: string,
  signal: AbortSignal | undefined,
  written: string[],
): Promise<void> {
  const wanted = new Map(rows.splits.map((split) => [String(split.key), split]));
  await severalAtOnce(wanted, async ([key, split]) => {
    throwIfCancelled(signal);
    if (!archive.records.has(splitRecord(key, MANIFEST_FILE))) return;
    const outcome = await writeFolderAtomically(join(folder, key), async (temporary) => {
      const images = await archive.unpacked(splitRecord(key, `${IMAGES_FILE}.gz`), sampleBytes(split));
      writePart(archive, temporary, IMAGES_FILE, images);
      for (const file of [LABELS_FILE, ROWS_FILE, MANIFEST_FILE]) {
        writePart(archive, temporary, file, archive.bytes(splitRecord(key, file)));
      }
      checkSplit(temporary, key, archive.path);
    });
    if (outcome === 'written') written.push(join(folder, key));
  });
}

function sampleBytes({ sample_count, sample_shape }: TableRow): number {
  const shape = JSON.parse(String(sample_shape)) as readonly number[];
  return shape.reduce((product, extent) => product * extent, Number(sample_count));
}

function writePart(archive: ProjectArchive, folder: string, file: string, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) throw malformed(archive.path, `a part of a data split is missing: ${file}`);
  writeFileSync(join(folder, file), bytes);
}

function checkSplit(folder: string, key: string, path: string): void {
  try {
    if (readManifest(folder)?.key === key) return;
  } catch (thrown) {
    throw malformed(path, `the data split ${key} is not sound`, thrown);
  }
  throw malformed(path, `the data split ${key} is another one`);
}

interface MovedRows {
  readonly rows: ProjectRows;
  /** Keys of predictions in the archive, by the keys that they have here. */
  readonly oldKeys: ReadonlyMap<string, string>;
}

/** The rows as they are to be here: another name, files where they are now, measurements marked as made elsewhere. */
function movedHere(
  rows: ProjectRows,
  { name, mains }: { readonly name: string; readonly mains: ReadonlyMap<string, string> },
): MovedRows {
  const subjectKeys = new Map(rows.subjects.map((subject) => [subject.id, String(subject.key)]));
  const oldKeys = new Map<string, string>();
  const marked = (row: TableRow): TableRow => ({ ...row, runtime_identity: elsewhere(row.runtime_identity ?? null) });
  const predictions = rows.predictions.map((row) => {
    const moved = marked(row);
    const key = predictionKey(subjectKeys.get(row.subject_id!) ?? '', {
      splitKey: String(moved.split_key),
      preprocessing: String(moved.preprocessing),
      runtimeIdentity: String(moved.runtime_identity),
    });
    oldKeys.set(key, String(row.key));
    return { ...moved, key, file: `${key}.f32` };
  });
  return {
    oldKeys,
    rows: {
      ...rows,
      projects: rows.projects.map((row) => ({ ...row, name, archived_at: null })),
      ingredients: rows.ingredients.map((row) => ({ ...row, path: mains.get(String(row.sha256)) ?? row.path! })),
      evaluations: rows.evaluations.map(marked),
      runs: rows.runs.map((row) => ({ ...marked(row), ...movedSoup(row, mains) })),
      predictions,
    },
  };
}

/** What was computed for a run lies among the checkpoints now, or nowhere; never at a path that the file names. */
function movedSoup({ coefficients }: TableRow, mains: ReadonlyMap<string, string>): TableRow {
  if (typeof coefficients !== 'string') return {};
  const blend = JSON.parse(coefficients) as Blend;
  if (computedFilesOf(blend).length === 0) return {};
  const moved = withComputedFiles(blend, (file) => ({ ...file, path: mains.get(file.sha256) ?? '' }));
  return { coefficients: JSON.stringify(moved) };
}

function elsewhere(identity: TableRow[string]): TableRow[string] {
  return typeof identity !== 'string' || identity.endsWith(ELSEWHERE) ? identity : `${identity}${ELSEWHERE}`;
}

/** As many files are open at once. */
const PREDICTIONS_AT_ONCE = 64;

async function unpackPredictions(
  archive: ProjectArchive,
  { rows, oldKeys }: MovedRows,
  folder: string,
  signal: AbortSignal | undefined,
  written: string[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let files: AtomicFile[] = [];
  try {
    for (const { key, file: name, byte_size } of rows.predictions) {
      const bytes = archive.bytes(predictionRecord(oldKeys.get(String(key))!));
      if (bytes === undefined) continue;
      if (bytes.length !== byte_size) throw malformed(archive.path, `the predictions ${key} have another length`);
      const path = join(folder, String(name));
      if (existsSync(path)) continue;
      const file = AtomicFile.create(path, bytes.length);
      files.push(file);
      file.write(bytes, 0);
      written.push(path);
      if (files.length < PREDICTIONS_AT_ONCE) continue;
      await AtomicFile.commitAll(files);
      files = [];
      throwIfCancelled(signal);
    }
    await AtomicFile.commitAll(files);
  } finally {
    for (const file of files) file.abandon();
  }
}

/** What the database itself refuses (a row without its counterpart, text that is no JSON) is the file's fault. */
function insertChecked(
  { database, paths }: ProjectFileRoom,
  rows: ProjectRows,
  { path, inserted }: Pick<ImportOptions, 'inserted'> & { readonly path: string },
): number {
  try {
    return database.transaction(() => {
      const id = insertProject(database, paths, rows);
      inserted?.(id);
      return id;
    });
  } catch (thrown) {
    if (thrown instanceof RangeError || isConstraint(thrown)) throw malformed(path, (thrown as Error).message, thrown);
    if (thrown instanceof StockpotError && thrown.code.startsWith('recipe-file/')) {
      throw malformed(path, `a run's recipe is not sound: ${thrown.what}`, thrown);
    }
    throw thrown;
  }
}

function isConstraint(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|ERROR)/.test(code);
}
