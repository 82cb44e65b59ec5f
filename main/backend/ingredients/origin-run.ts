import { statSync } from 'node:fs';
import type { ExportRepository } from '../../../db/repositories/exports.ts';
import { StockpotError } from '../../errors.ts';
import { hashFile } from '../../files/hash-file.ts';
import { readSoupMetadata, SOUP_KEY } from '../exports/soup-metadata.ts';

/** What an exported soup says of its origin; the run where this workspace has it. */
export interface SoupOrigin {
  readonly recipe: string;
  readonly summary: string;
  readonly run: { readonly id: number; readonly projectId: number } | null;
}

/** Null for a file that Stockpot has not exported. A file is hashed only when this workspace has exported one of its size. */
export async function originOf(
  path: string,
  metadata: Readonly<Record<string, string>>,
  exports: Pick<ExportRepository, 'ofSize'>,
): Promise<SoupOrigin | null> {
  if (metadata[SOUP_KEY] === undefined) return null;
  try {
    const { recipe, summary } = readSoupMetadata(metadata, path);
    const candidates = exports.ofSize(statSync(path).size);
    const sha256 = candidates.length === 0 ? undefined : await hashFile(path);
    const known = candidates.find((file) => file.sha256 === sha256);
    return { recipe, summary, run: known === undefined ? null : { id: known.runId, projectId: known.projectId } };
  } catch (thrown) {
    // Metadata are anybody's text: what cannot be read says nothing.
    if (thrown instanceof StockpotError && thrown.code === 'verify/bad-metadata') return null;
    throw thrown;
  }
}
