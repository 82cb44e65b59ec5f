import type { Command } from 'commander';
import type { FileToCheck } from '../backend/ingredients/check/headers.ts';

interface ReadingFlags {
  readonly map?: string;
  readonly stateDict?: string;
}

/** Flags that say how files are to be read, where their content leaves that open. */
export function addReadingOptions(command: Command): void {
  command
    .option('--map <file>', 'names for the tensors, as JSON or YAML: new name: name in the file; or the same by file')
    .option('--state-dict <key>', 'which weights to take from files that hold several (stockpot check names them)');
}

/** @throws StockpotError as `filesToRead` */
export async function filesOf(paths: readonly string[], flags: ReadingFlags): Promise<readonly FileToCheck[]> {
  if (flags.map === undefined && flags.stateDict === undefined) return paths.map((path) => ({ path }));
  const { filesToRead } = await import('../backend/ingredients/map-file.ts');
  return filesToRead(paths, flags);
}
