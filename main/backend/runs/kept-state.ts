import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StockpotError } from '../../errors.ts';
import { writeFileAtomically } from '../../files/atomic-file.ts';
import { withFileErrors } from '../../files/file-errors.ts';
import type { KeptState } from '../../recipes/recipe.ts';
import type { WorkspacePaths } from '../workspace.ts';
import { runFolder } from './run-recipe.ts';

/** A recipe may keep a state many times a second; whoever is interrupted loses so much work at most. */
const MILLISECONDS_BETWEEN_WRITES = 1000;

export interface RunState extends KeptState {
  /** Writes what has not reached the disk yet: the run stops and may go on later. */
  flush(): void;
  /** The run has finished. */
  drop(): void;
}

/** A run's state, in a file of its folder. */
export function runState(paths: WorkspacePaths, runId: number): RunState {
  const path = join(runFolder(paths, runId), 'state.json');
  let waiting: { readonly state: unknown } | undefined;
  let writtenAt = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    if (waiting === undefined) return;
    withFileErrors(path, () => mkdirSync(dirname(path), { recursive: true }));
    writeFileAtomically(path, JSON.stringify(waiting.state));
    waiting = undefined;
    writtenAt = performance.now();
  };
  return {
    read: () => waiting?.state ?? readState(path),
    write(state) {
      waiting = { state };
      if (performance.now() - writtenAt >= MILLISECONDS_BETWEEN_WRITES) flush();
    },
    flush,
    drop() {
      waiting = undefined;
      withFileErrors(path, () => rmSync(path, { force: true }));
    },
  };
}

/** For what is computed in one go. */
export function stateInMemory(): KeptState {
  let kept: unknown;
  return {
    read: () => kept,
    write(state) {
      kept = state;
    },
  };
}

function readState(path: string): unknown {
  if (!existsSync(path)) return undefined;
  const text = withFileErrors(path, () => readFileSync(path, 'utf8'));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StockpotError({
      code: 'runs/damaged-state',
      what: 'What was kept of the interrupted run cannot be read',
      where: path,
      remedy: 'Delete this file and resume: the run then begins anew.',
      cause,
    });
  }
}
