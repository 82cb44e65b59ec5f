import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import { projectOverview } from '../../../main/backend/projects/overview.ts';
import { sampleProject } from '../../../main/backend/projects/sample.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { cookFile, findings } from '../cooking.ts';

let folder: string;
let backend: Backend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockpot-sample-'));
  backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
});

afterAll(async () => {
  await backend.close();
  await rm(folder, { recursive: true });
});

test('the sample is there at once, cooked and compared, and only once', async () => {
  const id = await sampleProject(backend);
  expect(await sampleProject(backend)).toBe(id);
  expect(backend.projects.list()).toHaveLength(1);
  const { standing, stock } = projectOverview(
    backend.database,
    backend.paths,
    backend.projects,
    () => backend.completion.completed,
  )(id);
  expect(stock).toMatchObject({
    ingredients: 6,
    missingFiles: 0,
    runs: { done: 3 },
    splits: { selection: 1, test: 5 },
  });
  expect(standing!.sets).toHaveLength(5);
  for (const set of standing!.sets) expect(set.comparison).not.toBeNull();
});

test('it can be cooked again, with the same outcome', async () => {
  const { name } = backend.projects.summary(await sampleProject(backend));
  const run = backend.runs.list(name).find(({ recipe }) => recipe === 'greedy')!;
  const again = await cookFile(backend, join(backend.paths.runs, String(run.id), 'recipe.yml'));
  expect(again.run.id).not.toBe(run.id);
  expect(findings(again)).toEqual(findings(backend.runs.get(run.id)));
});
