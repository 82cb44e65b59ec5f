import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { predictionFiles } from '../../db/repositories/prediction-files.ts';
import { type Backend, createBackend } from '../../main/backend/backend.ts';
import { verdictOn } from '../../main/backend/reports/verdict.ts';
import type { RunDetails } from '../../main/backend/runs/run-details.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { cookFile } from './cooking.ts';
import { makeToyWorld } from './toy-world.ts';

const world = makeToyWorld('greedy');
const folder = mkdtempSync(join(tmpdir(), 'stockpot-verdict-'));
let backend: Backend;
let details: RunDetails;

beforeAll(async () => {
  backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
  details = await cookFile(backend, world.recipe);
});

afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
  world.remove();
});

const verdict = () => verdictOn({ files: predictionFiles(backend.database), paths: backend.paths }, details);

test('a verdict says what the report says, from what is stored', async () => {
  const { comparisons, bestIngredient } = await backend.runs.reportData(details.run.id);
  const found = verdict()!;
  expect(found).toMatchObject({ bestIngredient, chosenOn: 'selection', isBestIngredient: false });
  expect(found.comparisons).toHaveLength(comparisons.length);
  for (const { second, testSet, result } of comparisons.filter((one) => one.second === bestIngredient)) {
    expect(found.comparisons.find(({ rival, split }) => rival === second && split === testSet)).toMatchObject({
      difference: result.difference,
      interval: result.interval,
      pValue: result.pValue,
      onlySoup: result.onlyFirst,
      onlyRival: result.onlySecond,
    });
  }
});

test('a soup on fewer kept predictions is compared on fewer sets', () => {
  const files = { of: () => undefined };
  expect(verdictOn({ files, paths: backend.paths }, details)).toMatchObject({ comparisons: [] });
});

test('a run that is not finished has no verdict', () => {
  expect(
    verdictOn(
      { files: predictionFiles(backend.database), paths: backend.paths },
      { ...details, run: { ...details.run, status: 'failed' } },
    ),
  ).toBeNull();
});
