import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ArchitectureSpec } from '../../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../../main/architectures/build.ts';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import { verifyFile } from '../../../main/backend/exports/verify.ts';
import { exportProject } from '../../../main/backend/projects/file/export.ts';
import { importProject } from '../../../main/backend/projects/file/import.ts';
import { planCooking } from '../../../main/backend/runs/plan-cooking.ts';
import type { RunDetails } from '../../../main/backend/runs/run-details.ts';
import { openCheckpoint } from '../../../main/checkpoints/open.ts';
import { readWeights } from '../../../main/checkpoints/weights.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { computedFilesOf } from '../../../main/mix/blend.ts';
import { statisticsOf } from '../../../main/recipes/batch-norm.ts';
import { cookFile } from '../cooking.ts';
import { makeToyWorld, type ToyWorld, writeFreshCnn } from '../toy-world.ts';

const CNN: ArchitectureSpec = { family: 'cnn', inputShape: [1, 8, 8], channels: [4, 6], hidden: 0, classes: 3 };
const IMAGES = 'format: idx, images: images.idx, labels: labels.idx';

let world: ToyWorld;
let backend: Backend;
let details: RunDetails;

beforeAll(async () => {
  world = makeToyWorld();
  for (const seed of [1, 2, 3]) writeFreshCnn(join(world.folder, `cnn-${seed}.safetensors`), CNN, seed);
  backend = await createBackend({
    workspaceFolder: join(world.folder, 'workspace'),
    processHost: createNodeProcessHost(),
  });
  details = await cookFile(backend, writeRecipe('re-estimate.yml', 'batchNorm: re-estimate'));
});
afterAll(async () => {
  await backend.close();
  world.remove();
});

function writeRecipe(name: string, setting: string, train = `{ ${IMAGES}, rows: { from: 0, to: 120 } }`): string {
  const path = join(world.folder, name);
  writeFileSync(
    path,
    `recipe: uniform
project: cnn
architecture: ${JSON.stringify(CNN)}
ingredients:
${[1, 2, 3].map((seed) => `  - path: cnn-${seed}.safetensors`).join('\n')}
splits:
${train === '' ? '' : `  train: ${train}\n`}  test:
    clean: { ${IMAGES}, rows: { from: 120, to: 360 } }
${setting}
`,
  );
  return path;
}

test('a soup with statistics of its own is scored beside the one whose statistics were averaged', async () => {
  const plain = await cookFile(backend, writeRecipe('average.yml', ''));
  expect(details.rows.map(({ kind }) => kind)).toEqual([
    ...new Array(3).fill('ingredient'),
    'soup',
    'soup-as-mixed',
    'ensemble-logits',
    'ensemble-probabilities',
  ]);
  const rowOf = ({ rows }: RunDetails, wanted: string) => rows.find(({ kind }) => kind === wanted)!.evaluations;
  expect(rowOf(details, 'soup-as-mixed')).toEqual(rowOf(plain, 'soup'));
  expect(rowOf(details, 'soup')).not.toEqual(rowOf(plain, 'soup'));
  expect(details.run.contentKey).not.toBe(plain.run.contentKey);
});

test('an export holds the estimated statistics, is verified, and a replay finds the same', async () => {
  const folder = join(world.folder, 'export');
  const exported = await backend.exports.export({ runId: details.run.id, folder, format: 'safetensors' });
  const [file] = computedFilesOf(details.run.coefficients!);
  const [ours, estimated] = [await weightsOf(exported.soup), await weightsOf(file!.path)];
  for (const name of statisticsOf(buildArchitecture(CNN))) {
    expect(ours.get(name)!.bytes, name).toEqual(estimated.get(name)!.bytes);
  }
  const verification = await verifyFile({ file: exported.soup });
  expect(verification).toMatchObject({ identical: true });
  const replay = await backend.runs.replay(details.run.id);
  expect(replay).toMatchObject({ steps: { same: true }, coefficients: { differing: 0 }, scores: { differing: 0 } });
});

test('a project file carries the statistics along', async () => {
  const path = join(world.folder, 'cnn.stockpot');
  const { database, paths, projects } = backend;
  const { projectId } = details.run;
  await exportProject({ database, paths, projects }, { projectId, path, checkpoints: true, data: true }, {});
  const other = await createBackend({
    workspaceFolder: join(world.folder, 'elsewhere'),
    processHost: createNodeProcessHost(),
  });
  try {
    await importProject({ database: other.database, paths: other.paths, projects: other.projects }, path, {});
    const run = other.runs
      .list()
      .find(({ options, recipeFile }) => options !== null && /re-estimate/.test(recipeFile))!;
    const [file] = computedFilesOf(run.coefficients!);
    expect(existsSync(file!.path)).toBe(true);
    const folder = join(world.folder, 'export elsewhere');
    const { soup } = await other.exports.export({ runId: run.id, folder, format: 'safetensors' });
    expect(await verifyFile({ file: soup })).toMatchObject({ identical: true });
  } finally {
    await other.close();
  }
});

test('a verification without the statistics names them', async () => {
  const folder = join(world.folder, 'export');
  const [file] = computedFilesOf(details.run.coefficients!);
  rmSync(file!.path);
  await expect(verifyFile({ file: join(folder, 'uniform-soup.safetensors') })).rejects.toMatchObject({
    code: 'verify/missing-ingredients',
    details: [expect.stringContaining('BatchNorm statistics')],
  });
});

test.each([
  [
    'without a train split',
    (): string => writeRecipe('no-train.yml', 'batchNorm: re-estimate', ''),
    /no-train\.yml, line \d+/,
  ],
  [
    'for a network without BatchNorm',
    (): string => {
      const path = join(world.folder, 'mlp.yml');
      writeFileSync(
        path,
        `recipe: uniform
batchNorm: re-estimate
architecture: { family: mlp, inputShape: [1, 8, 8], hidden: [], classes: 3 }
ingredients: [{ path: models/model-0.safetensors }]
splits: { train: { ${IMAGES} } }
`,
      );
      return path;
    },
    /mlp\.yml, line 2/,
  ],
])('asked for %s, it is refused with the line', async (_, recipe, place) => {
  await expect(planCooking(recipe())).rejects.toMatchObject({
    code: 'recipe/bad-option',
    where: expect.stringMatching(place),
  });
});

async function weightsOf(path: string) {
  const checkpoint = await openCheckpoint(path);
  try {
    return readWeights(checkpoint);
  } finally {
    checkpoint.close();
  }
}
