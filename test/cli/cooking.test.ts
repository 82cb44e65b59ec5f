import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPartialName } from '../../main/files/partial-names.ts';
import { makeToyWorld, type ToyWorld, toyRecipe } from '../backend/toy-world.ts';
import { json, stockpot } from './stockpot.ts';

interface Cooked {
  readonly run: {
    readonly id: number;
    readonly status: string;
    readonly used: readonly string[];
    readonly rows: readonly { readonly label: string; readonly scores: Record<string, { accuracy: number }> }[];
  };
  readonly files: { readonly recipe: string; readonly report: string; readonly database: string };
}

let world: ToyWorld;
let workspace: readonly string[];
let cooked: Cooked;

beforeAll(async () => {
  world = makeToyWorld();
  workspace = ['--dir', join(world.folder, 'workspace')];
  const outcome = await stockpot(['cook', world.recipe, ...workspace, '--json']);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  cooked = json(outcome);
});
afterAll(() => world.remove());

const file = (name: string): string => join(world.folder, name);

test('cook says what came out and where it is', () => {
  expect(cooked.run).toMatchObject({ id: 1, status: 'done' });
  for (const path of Object.values(cooked.files)) expect(existsSync(path)).toBe(true);
  const accuracy = (label: string): number =>
    cooked.run.rows.find((row) => row.label === label)!.scores.clean!.accuracy;
  expect(accuracy('greedy soup')).toBeGreaterThan(accuracy('model-3'));
});

test('runs lists it and show tells its story', async () => {
  const { runs } = json<{ runs: readonly unknown[] }>(await stockpot(['runs', ...workspace, '--json']));
  expect(runs).toMatchObject([{ id: 1, project: 'toy', recipe: 'greedy', status: 'done' }]);
  const { code, stdout } = await stockpot(['show', '1', ...workspace]);
  expect(code).toBe(0);
  expect(stdout).toContain('Run 1: greedy, project toy, done');
  expect(stdout).toMatch(/round 1: added/);
  expect(stdout).toMatch(/^ {2}average ingredient .*%$/m);
  expect(stdout).toMatch(/^ {2}from torch /m);
});

test('data says what the splits share', async () => {
  const { pairs } = json<{ pairs: readonly { scored: string; seen: string; shared: number }[] }>(
    await stockpot(['data', 'toy', ...workspace, '--json']),
  );
  expect(pairs).toMatchObject([
    { scored: 'clean', seen: 'selection', shared: 0 },
    { scored: 'noisy', seen: 'selection', shared: 0 },
  ]);
  const { code, stdout } = await stockpot(['data', 'toy', ...workspace]);
  expect(code).toBe(0);
  expect(stdout).toContain('look alike');
});

test('an exported soup is verified, and refused when a byte of it is changed', async () => {
  const exported = json<{ soup: string }>(
    await stockpot(['export', '1', '-o', file('soup'), ...workspace, '--format', 'pt', '--json']),
  );
  const sound = await stockpot(['verify', exported.soup, ...workspace]);
  expect(sound).toMatchObject({ code: 0, stdout: expect.stringContaining('equal bit for bit') });

  const { soup } = json<{ soup: string }>(
    await stockpot(['export', '1', '-o', file('soup-2'), ...workspace, '--json']),
  );
  const bytes = readFileSync(soup);
  bytes[bytes.length - 1] = bytes.at(-1)! ^ 0x10;
  writeFileSync(soup, bytes);
  const changed = await stockpot(['verify', soup, ...workspace]);
  expect(changed.code).toBe(1);
  expect(changed.stdout).toMatch(/- classifier\.(weight|bias): 1 bytes differ/);
});

test('an exported file is cooked again, in another workspace, to the same soup', async () => {
  const args = ['export', '1', '-o', file('for-cooking'), ...workspace, '--format', 'npz', '--json'];
  const { soup } = json<{ soup: string }>(await stockpot(args));
  const again = await stockpot(['cook', soup, '--dir', file('another'), '--json']);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  const { run } = json<Cooked>(again);
  expect(run).toMatchObject({ status: 'done', used: cooked.run.used, rows: cooked.run.rows });
});

test('eval scores files as cook did, without running them again', async () => {
  const outcome = await stockpot(['eval', '--recipe', world.recipe, '--ensemble', ...workspace, '--json']);
  expect(outcome.code).toBe(0);
  const { rows } = json<{ rows: Cooked['run']['rows'] }>(outcome);
  for (const { label, scores } of rows) {
    expect(cooked.run.rows.find((row) => row.label === label)?.scores).toEqual(scores);
  }
  expect(rows).toHaveLength(7);
});

test('eval takes data from the command line and the architecture from the file', async () => {
  const data = `{ format: idx, images: ${file('images.idx')}, labels: ${file('labels.idx')}, rows: { from: 120, to: 360 } }`;
  const outcome = await stockpot(['eval', world.checkpoints[3]!, '--data', data, ...workspace, '--json']);
  const { rows } = json<{ rows: Cooked['run']['rows'] }>(outcome);
  const expected = cooked.run.rows.find(({ label }) => label === 'model-3')!.scores.clean!.accuracy;
  expect(rows[0]!.scores['images.idx']!.accuracy).toBe(expected);
});

test('Ctrl-C ends a cook in order; the same recipe then goes on under the same number', async () => {
  const recipe = file('interrupted.yml');
  writeFileSync(recipe, toyRecipe('greedy').replaceAll('to: 360', 'to: 350'));
  const folder = file('interrupted');
  const stopped = await stockpot(['cook', recipe, '--dir', folder], (line, kill) => {
    if (line === 'Run 1') kill('SIGINT');
  });
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining('The work was cancelled') });
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => isPartialName(name))).toEqual([]);
  const { runs } = json<{ runs: readonly unknown[] }>(await stockpot(['runs', '--dir', folder, '--json']));
  expect(runs).toMatchObject([{ id: 1, status: 'cancelled' }]);

  const finished = await stockpot(['cook', recipe, '--dir', folder, '--json']);
  expect(finished.code).toBe(0);
  expect(json<Cooked>(finished).run).toMatchObject({ id: 1, status: 'done', used: cooked.run.used });
});
