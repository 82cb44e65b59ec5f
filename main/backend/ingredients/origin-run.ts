import type { ExportRepository } from '../../../db/repositories/exports.ts';
import { StockpotError } from '../../errors.ts';
import { knownExport, type RunHere } from '../exports/known-export.ts';
import { readOrigin, tellsOrigin } from '../exports/origin.ts';
import { originMetadata } from '../exports/origin-metadata.ts';

/** What a soup that Stockpot wrote says of its origin; the run where this workspace has it. */
export interface SoupOrigin {
  readonly recipe: string;
  readonly run: RunHere | null;
}

/** Null for a file that tells no origin, or none that can be used: it is anybody's text. */
export async function originOf(
  path: string,
  exports: Pick<ExportRepository, 'ofSize'>,
  signal?: AbortSignal,
): Promise<SoupOrigin | null> {
  try {
    const metadata = await originMetadata(path, signal);
    if (!tellsOrigin(metadata)) return null;
    const { recipe } = readOrigin(metadata, path);
    return { recipe, run: await knownExport(path, exports, signal) };
  } catch (thrown) {
    // What is wrong with the file itself is said beside its name.
    if (thrown instanceof StockpotError && thrown.kind === 'input') return null;
    throw thrown;
  }
}
