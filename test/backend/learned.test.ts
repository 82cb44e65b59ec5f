import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile, findings } from './cooking.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from './toy-world.ts';

const OPTIONS = 'options: { granularity: layer, epochs: 3, batchSize: 12, memory: 0 }\n';

let world: ToyWorld;
let expected: unknown;

beforeAll(async () => {
  world = makeToyWorld('learned');
  writeFileSync(world.recipe, `${toyRecipe('learned')}${OPTIONS}`);
  const backend = await open('undisturbed');
  try {
    expected = findings(await cookFile(backend, world.recipe));
  } finally {
    await backend.close();
  }
});

afterAll(() => world.remove());

function open(name: string): Promise<Backend> {
  const poolSize = { size: 1, threadsPerEngine: 1 };
  return createBackend({ workspaceFolder: join(world.folder, name), processHost: createNodeProcessHost(), poolSize });
}

describe('a run that learns', () => {
  it('goes on where it was cancelled, in the middle of an epoch, and ends as if it had not been', async () => {
    const backend = await open('cancelled');
    try {
      const statePath = join(backend.paths.runs, '1', 'state.json');
      const controller = new AbortController();
      const stopped = cookFile(
        backend,
        world.recipe,
        (event) => {
          if (event.kind === 'progress' && event.progress.stage === 'Learning' && event.progress.done >= 11)
            controller.abort();
        },
        controller.signal,
      );
      await expect(stopped).rejects.toMatchObject({ code: 'job/cancelled' });
      const { epochs, seen } = JSON.parse(readFileSync(statePath, 'utf8'));
      expect(epochs).toHaveLength(1);
      expect(seen).toBeGreaterThan(0);
      let resumed = false;
      let first: number | undefined;
      const details = await cookFile(backend, world.recipe, (event) => {
        if (event.kind === 'run') resumed = event.resumed;
        if (event.kind === 'progress' && event.progress.stage === 'Learning') first ??= event.progress.done;
      });
      expect(resumed).toBe(true);
      expect(first).toBeGreaterThan(8);
      expect(findings(details)).toEqual(expected);
      expect(existsSync(statePath)).toBe(false);
      const replay = await backend.runs.replay(details.run.id);
      expect(replay).toMatchObject({ steps: { same: true }, coefficients: { differing: 0 }, scores: { differing: 0 } });
    } finally {
      await backend.close();
    }
  });

  it('goes on after its process was killed', async () => {
    const folder = join(world.folder, 'killed');
    const script = fileURLToPath(new URL('./cook-child.ts', import.meta.url));
    const child = spawn(process.execPath, [script, folder, world.recipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    let epochs = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'trace' && ++epochs === 2) child.kill('SIGKILL');
    }
    const backend = await open('killed');
    try {
      expect(backend.recovery.interruptedRuns).toHaveLength(1);
      expect(findings(await cookFile(backend, world.recipe))).toEqual(expected);
    } finally {
      await backend.close();
    }
  });

  it('names a state that cannot be read, and what to do about it', async () => {
    const backend = await open('damaged');
    try {
      const controller = new AbortController();
      const abort = (): void => controller.abort();
      const onEvent = (event: { readonly kind: string }): void => void (event.kind === 'trace' && abort());
      await expect(cookFile(backend, world.recipe, onEvent, controller.signal)).rejects.toMatchObject({
        code: 'job/cancelled',
      });
      const statePath = join(backend.paths.runs, '1', 'state.json');
      writeFileSync(statePath, '{"version":');
      await expect(cookFile(backend, world.recipe)).rejects.toMatchObject({
        code: 'runs/damaged-state',
        where: statePath,
      });
    } finally {
      await backend.close();
    }
  });

  it('mixes only what its scope names', async () => {
    const backend = await open('scoped');
    try {
      const recipe = join(world.folder, 'scoped.yml');
      writeFileSync(recipe, `${toyRecipe('learned')}${OPTIONS}scope: { only: classifier.weight, from: model-2 }\n`);
      const { run } = await cookFile(backend, recipe);
      const [mixed, frozen] = run.coefficients!.groups;
      expect(mixed!.tensors).toEqual(['classifier.weight']);
      expect(mixed!.weights.every((weight) => weight > 0 && weight < 1)).toBe(true);
      expect(frozen).toMatchObject({ tensors: 'rest', weights: [0, 0, 1, 0, 0] });
    } finally {
      await backend.close();
    }
  });
});
