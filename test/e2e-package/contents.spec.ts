import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fuses from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { SAMPLE_FILE } from '../../main/backend/projects/sample.ts';
import { archivedFiles } from '../../main/desktop/packaging/archive.ts';
import { packagedParts, resourcesOf } from '../../main/desktop/packaging/packaged-parts.ts';
import { start } from '../e2e-desktop/window.ts';
import { buildReleasePackage } from './build-package.ts';

let output: string;
let folder: string;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  output = await mkdtemp(join(tmpdir(), 'stockpot-release-'));
  folder = await buildReleasePackage(output);
});
test.afterAll(() => rm(output, { recursive: true }));

const files = () => archivedFiles(join(folder, 'resources', 'app.asar'));

test('its fuses leave no way to run it as Node, and nothing but its own archive to load', async () => {
  const { FuseV1Options: fuse, getCurrentFuseWire } = fuses;
  const wire = await getCurrentFuseWire(join(folder, 'stockpot'));
  // A fuse is the letter 0 or 1 in the binary.
  const isSet = (index: number): boolean => wire[index as keyof typeof wire] === ('1'.charCodeAt(0) as unknown);
  expect({
    runAsNode: isSet(fuse.RunAsNode),
    nodeOptions: isSet(fuse.EnableNodeOptionsEnvironmentVariable),
    nodeInspector: isSet(fuse.EnableNodeCliInspectArguments),
    archiveIntegrity: isSet(fuse.EnableEmbeddedAsarIntegrityValidation),
    onlyFromArchive: isSet(fuse.OnlyLoadAppFromAsar),
  }).toEqual({
    runAsNode: false,
    nodeOptions: false,
    nodeInspector: false,
    archiveIntegrity: true,
    onlyFromArchive: true,
  });
});

test('native libraries are those of this system, and lie beside the archive', () => {
  const native = files().filter(({ path }) => /\.(node|dll|dylib|so(\.\d+)*)$/.test(path));
  expect(native.filter(({ unpacked }) => !unpacked)).toEqual([]);
  expect(native.map(({ path }) => path).sort()).toEqual([
    `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
    `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`,
    `node_modules/onnxruntime-node/bin/napi-v6/linux/${process.arch}/onnxruntime_binding.node`,
  ]);
});

test('sources, tests, fixtures and source maps stay outside', () => {
  const folders = new Set(files().map(({ path }) => path.split('/')[0]));
  expect([...folders].sort()).toEqual(['node_modules', 'out', 'package.json']);
  expect(files().filter(({ path }) => /\.(ts|map)$/.test(path))).toEqual([]);
});

test('nothing of a test build is in it', async () => {
  const archive = await readFile(join(resourcesOf(folder), 'app.asar'));
  expect(archive.includes('STOCKPOT_TEST')).toBe(false);
});

test('the sample project can be read inside the archive as the service reads it', async () => {
  const { path } = files().find((file) => file.path.endsWith('.stockpot'))!;
  const electron = await start(output);
  const read = await electron.evaluate(
    ({ app: _ }, file) => {
      const { closeSync, fstatSync, openSync, readSync } = process.mainModule!.require(
        'node:fs',
      ) as typeof import('node:fs');
      const opened = openSync(file, 'r');
      const bytes = Buffer.alloc(4096);
      const { size } = fstatSync(opened);
      readSync(opened, bytes, 0, bytes.length, size - bytes.length);
      closeSync(opened);
      return { size, end: bytes.toString('base64') };
    },
    join(resourcesOf(folder), 'app.asar', path),
  );
  await electron.close();
  const sample = await readFile(SAMPLE_FILE);
  expect(read).toEqual({ size: sample.length, end: sample.subarray(-4096).toString('base64') });
});

test('beside Electron it stays below 140 MB; its parts are listed', () => {
  const parts = packagedParts(folder);
  for (const { name, bytes } of parts) {
    if (bytes > 500_000) console.log(`${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${name}`);
  }
  const application = parts.filter(({ name }) => name !== 'Electron').reduce((sum, { bytes }) => sum + bytes, 0);
  expect(application).toBeLessThan(140e6);
});
