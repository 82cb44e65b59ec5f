import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import { duplicateProject } from '../../../main/backend/projects/duplicate.ts';
import { type RecordSource, writeArchive } from '../../../main/backend/projects/file/archive-writer.ts';
import { exportProject } from '../../../main/backend/projects/file/export.ts';
import { importProject } from '../../../main/backend/projects/file/import.ts';
import { projectOverview } from '../../../main/backend/projects/overview.ts';
import { SourceFile } from '../../../main/checkpoints/source-file.ts';
import { readZipDirectory } from '../../../main/checkpoints/zip-directory.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import { cookFile, findings } from '../cooking.ts';
import { makeToyWorld, type ToyWorld } from '../toy-world.ts';

type Json = Record<string, Record<string, unknown>[]>;

describe('a project as one file', () => {
  let world: ToyWorld;
  let folder: string;
  let here: Backend;
  let there: Backend;
  let projectId: number;
  let file: string;

  const open = (name: string): Promise<Backend> =>
    createBackend({ workspaceFolder: join(folder, name), processHost: createNodeProcessHost() });
  const overviewOf = (backend: Backend, id: number) =>
    projectOverview(backend.database, backend.paths, backend.projects, () => backend.completion.completed)(id);

  beforeAll(async () => {
    world = makeToyWorld('greedy');
    folder = mkdtempSync(join(tmpdir(), 'stockpot-project-file-'));
    here = await open('here');
    there = await open('there');
    await cookFile(here, world.recipe);
    projectId = here.projects.get('toy').id;
    here.projects.describe(projectId, 'Three patterns', ['toy']);
    ({ path: file } = await exportProject(
      here,
      { projectId, path: join(folder, 'toy'), checkpoints: true, data: true },
      {},
    ));
  });

  afterAll(async () => {
    await here.close();
    await there.close();
    world.remove();
    rmSync(folder, { recursive: true });
  });

  test('arrives in another workspace with everything that was found out, without computing anything', async () => {
    const id = await importProject(there, file, {});
    expect(there.projects.summary(id)).toMatchObject({
      name: 'toy',
      notes: 'Three patterns',
      tags: ['toy'],
      ingredientCount: 5,
      runCount: 1,
    });
    const [theirs] = there.runs.list('toy');
    const [ours] = here.runs.list('toy');
    expect(findings(there.runs.get(theirs!.id))).toEqual(findings(here.runs.get(ours!.id)));
    expect(overviewOf(there, id).standing).toEqual({ ...overviewOf(here, projectId).standing, runId: theirs!.id });
    expect(overviewOf(there, id).standing!.sets[0]!.comparison).not.toBeNull();
  });

  test('brings its checkpoints along: the originals may go, and it can be cooked again', async () => {
    const models = join(world.folder, 'models');
    renameSync(models, `${models}-away`);
    try {
      const id = await importProject(there, file, {});
      expect(overviewOf(there, id).stock.missingFiles).toBe(0);
      const { name } = there.projects.summary(id);
      expect(name).toMatch(/^toy/);
      const [run] = there.runs.list(name);
      const recipe = join(there.paths.runs, String(run!.id), 'recipe.yml');
      const again = await cookFile(there, recipe);
      expect(again.project).toBe(name);
      expect(findings(again)).toEqual(findings(there.runs.get(run!.id)));
    } finally {
      renameSync(`${models}-away`, models);
    }
  });

  test('what was measured elsewhere is marked so, and not taken for a measurement made here', async () => {
    const id = await importProject(there, file, {});
    const [run] = there.runs.list(there.projects.summary(id).name);
    expect(run!.runtimeIdentity).toMatch(/, imported$/);
  });

  test('without checkpoints it is small and knows where they were', async () => {
    const { path, byteSize } = await exportProject(
      here,
      { projectId, path: join(folder, 'bare.stockpot'), checkpoints: false, data: false },
      {},
    );
    expect(byteSize).toBeLessThan(20_000);
    const id = await importProject(there, path, {});
    expect(overviewOf(there, id).stock.missingFiles).toBe(0);
    expect(there.ingredients.list(id).map((one) => one.path)).toEqual([...world.checkpoints]);
  });

  test('a copy has everything, shares the files and lives by itself', () => {
    const copy = duplicateProject(here.database, here.paths, here.projects, projectId);
    expect(here.projects.summary(copy)).toMatchObject({
      name: 'toy (2)',
      ingredientCount: 5,
      runCount: 1,
      tags: ['toy'],
    });
    expect(overviewOf(here, copy).standing).toMatchObject({
      ...overviewOf(here, projectId).standing,
      runId: expect.any(Number),
    });
    here.projects.remove(copy);
    here.projects.purge(new Date(Date.now() + 40 * 86_400_000));
    expect(here.runs.list('toy')).toHaveLength(1);
  });

  test('a cancelled export leaves no file', async () => {
    const target = join(folder, 'cancelled.stockpot');
    const request = { projectId, path: target, checkpoints: true, data: true };
    await expect(exportProject(here, request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('cancelled'))).toEqual([]);
  });

  test('a checkpoint that has changed since its import is not passed off as the old one', async () => {
    const [path] = world.checkpoints;
    const bytes = readFileSync(path!);
    writeFileSync(path!, Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]));
    try {
      const request = { projectId, path: join(folder, 'changed.stockpot'), checkpoints: true, data: false };
      await expect(exportProject(here, request, {})).rejects.toMatchObject({
        code: 'projects/changed-ingredient',
        where: path,
      });
    } finally {
      writeFileSync(path!, bytes);
    }
  });

  describe('a file that is not what it says', () => {
    const parts = (): Map<string, Uint8Array> => {
      const source = SourceFile.open(file);
      const records = [...readZipDirectory(source).values()];
      const read = new Map(records.map(({ name, dataOffset, size }) => [name, source.bytes(dataOffset, size)]));
      source.close();
      return read;
    };
    const rebuilt = async (change: (records: Map<string, Uint8Array>) => void): Promise<string> => {
      const records = parts();
      change(records);
      const path = join(folder, 'rebuilt.stockpot');
      const sources: RecordSource[] = [...records].map(([name, bytes]) => ({ name, bytes }));
      await writeArchive(path, sources, {});
      return path;
    };
    const withRows = (change: (rows: Json) => void) =>
      rebuilt((records) => {
        const rows = JSON.parse(gunzipSync(records.get('rows.json.gz')!).toString()) as Json;
        change(rows);
        records.set('rows.json.gz', gzipSync(JSON.stringify(rows)));
      });
    const state = (): unknown => ({
      projects: there.projects.list().length,
      checkpoints: readdirSync(there.paths.checkpoints),
      splits: readdirSync(there.paths.splits),
      predictions: readdirSync(there.paths.predictions),
    });
    const refused = async (path: string, code: string): Promise<void> => {
      const before = state();
      await expect(importProject(there, path, {})).rejects.toMatchObject({ code });
      expect(state()).toEqual(before);
    };

    test('is refused when it is no archive, cut short or absent', async () => {
      const other = join(folder, 'other.stockpot');
      writeFileSync(other, 'Not an archive at all, but long enough to look for one.');
      await refused(other, 'projects/not-a-project-file');
      writeFileSync(other, readFileSync(file).subarray(0, -100));
      await refused(other, 'projects/not-a-project-file');
      await refused(join(folder, 'absent.stockpot'), 'projects/no-such-file');
    });

    test('is refused when a record would be written somewhere else', async () => {
      for (const name of ['../evil', '/etc/evil', 'checkpoints/../../evil', 'splits/x/evil', 'C:\\evil', 'evil.sh']) {
        await refused(await rebuilt((records) => records.set(name, Buffer.from('x'))), 'projects/malformed-file');
      }
    });

    test('is refused when something in it would grow beyond what it should be', async () => {
      const bomb = gzipSync(Buffer.alloc(64 << 20));
      const inflated = await rebuilt((records) => {
        const rows = JSON.parse(gunzipSync(records.get('rows.json.gz')!).toString()) as Json;
        const fresh = 'ab'.repeat(32);
        const old = String(rows.splits![0]!.key);
        rows.splits![0]!.key = fresh;
        records.set('rows.json.gz', gzipSync(JSON.stringify(rows)));
        for (const part of ['images.u8.gz', 'labels.i32', 'rows.u32', 'split.json']) {
          records.set(`splits/${fresh}/${part}`, records.get(`splits/${old}/${part}`)!);
          records.delete(`splits/${old}/${part}`);
        }
        records.set(`splits/${fresh}/images.u8.gz`, bomb);
      });
      await refused(inflated, 'projects/malformed-file');
    });

    test('is refused when a checkpoint is not the one that its row names', async () => {
      const path = await rebuilt((records) => {
        const [name, bytes] = [...records].find(
          ([key]) => key.startsWith('checkpoints/') && key.endsWith('.safetensors'),
        )!;
        const changed = Uint8Array.from(bytes);
        changed[changed.length - 1]! ^= 1;
        records.set(name, changed);
        for (const key of [...records.keys()]) if (key.startsWith('predictions/')) records.delete(key);
      });
      // A workspace that has none of the checkpoints yet unpacks them all.
      const fresh = await open('fresh');
      await expect(importProject(fresh, path, {})).rejects.toMatchObject({ code: 'projects/malformed-file' });
      expect(readdirSync(fresh.paths.checkpoints)).toEqual([]);
      expect(fresh.projects.list()).toEqual([]);
      await fresh.close();
    });

    test.each<[string, (rows: Json) => unknown]>([
      ['no project', (rows) => rows.projects!.pop()],
      ['two projects', (rows) => rows.projects!.push({ ...rows.projects![0]! })],
      ['a table that there is not', (rows) => Object.assign(rows, { sqlite_master: [] })],
      ['a column that there is not', (rows) => Object.assign(rows.runs![0]!, { evil: 1 })],
      ['SQL for a column', (rows) => Object.assign(rows.datasets![0]!, { 'name) VALUES (1); --': 1 })],
      ['a reference to nothing', (rows) => Object.assign(rows.run_results![0]!, { evaluation_id: 4711 })],
      [
        'an impossible architecture',
        (rows) => Object.assign(rows.ingredients![0]!, { architecture: '{"family":"mlp"}' }),
      ],
      ['a key that is a path', (rows) => Object.assign(rows.splits![0]!, { key: '../../evil' })],
      ['a recipe that is none', (rows) => Object.assign(rows.runs![0]!, { recipe_file: 'recipe: [' })],
      ['a status that there is not', (rows) => Object.assign(rows.runs![0]!, { status: 'splendid' })],
    ])('is refused with %s', async (_what, change) => {
      await refused(await withRows(change), 'projects/malformed-file');
    });

    test('is refused when a newer Stockpot wrote it', async () => {
      const path = await rebuilt((records) => {
        const manifest = JSON.parse(Buffer.from(records.get('manifest.json')!).toString()) as Record<string, unknown>;
        records.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, schema: 9999 })));
      });
      await refused(path, 'projects/newer-file');
    });
  });
});
