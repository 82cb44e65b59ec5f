import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { StockpotError } from '../../main/errors.ts';

/** Checkpoints of every format, written by its own ecosystem. */
export const FIXTURES = fileURLToPath(new URL('../../test/fixtures/checkpoints/', import.meta.url));

/** The format given to fixtures that are refused as they are: attacks, and what is not supported. */
const REFUSED = 'refused as it is';

/** A checkpoint to damage. Paths lie below `FIXTURES`. */
export interface Subject {
  readonly format: string;
  /** What is opened. */
  readonly path: string;
  /** What is damaged, one at a time: the file itself, and the shards that it names. */
  readonly files: readonly string[];
}

/** What the fixtures' folder holds beside checkpoints: scripts, what to expect, and shards of TensorFlow.js, nothing but numbers. */
const NO_CHECKPOINT = /\.(py|ts)$|(^|\/)(expected|conversions)\.json$|(^|\/)group\d+-shard\d+of\d+\.bin$/;

/** Every checkpoint among the fixtures, in the order of their names. */
export async function findSubjects(): Promise<readonly Subject[]> {
  const names = readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(FIXTURES, join(entry.parentPath, entry.name)))
    .filter((name) => !NO_CHECKPOINT.test(name))
    .toSorted();
  const subjects: Subject[] = [];
  for (const name of names) subjects.push(await subjectOf(name));
  return subjects;
}

async function subjectOf(path: string): Promise<Subject> {
  try {
    const checkpoint = await openCheckpoint(join(FIXTURES, path));
    const files = new Set([path, ...checkpoint.files.map((file) => relative(FIXTURES, file))]);
    checkpoint.close();
    return { format: checkpoint.format, path, files: [...files] };
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    return { format: REFUSED, path, files: [path] };
  }
}
