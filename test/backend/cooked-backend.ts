import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import type { RunDetails } from '../../main/backend/runs/run-details.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld, type ToyWorld } from './toy-world.ts';

interface CookedBackend {
  readonly world: ToyWorld;
  /** The workspace. */
  readonly folder: string;
  /** The rest is there once the tests have begun. */
  readonly backend: Backend;
  readonly details: RunDetails;
}

/** A workspace of a test file's own in which the toy world's recipe has been cooked before its first test. */
export function withCookedBackend(recipe: string): CookedBackend {
  const world = makeToyWorld(recipe);
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-cooked-'));
  const cooked: { world: ToyWorld; folder: string; backend?: Backend; details?: RunDetails } = { world, folder };
  beforeAll(async () => {
    cooked.backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
    cooked.details = await cookFile(cooked.backend, world.recipe);
  });
  afterAll(async () => {
    await cooked.backend?.close();
    rmSync(folder, { recursive: true });
    world.remove();
  });
  return cooked as CookedBackend;
}
