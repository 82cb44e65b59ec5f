import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Configuration, Platform } from 'electron-builder';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where an unpacked Electron for tests lies. @throws Error when nobody says */
function electronFolder(): string {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (folder === undefined) throw new Error('ELECTRON_OVERRIDE_DIST_PATH must name a folder with an unpacked Electron');
  return folder;
}

/** The package as `electron-builder.yml` describes it, around the Electron of the tests. Returns its folder. */
export async function buildReleasePackage(output: string): Promise<string> {
  await buildApplication(undefined);
  return pack(output, {});
}

/**
 * The same in a test build, with shims for what an older Electron lacks, and everything that plain Node has to read unpacked.
 * Returns its folder.
 */
export async function buildTestPackage(output: string): Promise<string> {
  await buildApplication('1');
  const { files = [] } = await releaseConfiguration();
  return pack(output, {
    files: [...[files].flat(), { from: 'test/e2e-package/shims', to: '.', filter: ['*.cjs'] }] as NonNullable<
      Configuration['files']
    >,
    asarUnpack: ['**'],
    extraMetadata: { main: 'start.cjs' },
  });
}

async function buildApplication(testBuild: '1' | undefined): Promise<void> {
  const { STOCKPOT_TEST_BUILD: _, ...environment } = process.env;
  await promisify(execFile)('npm', ['run', '--silent', 'build:app'], {
    cwd: ROOT,
    env: testBuild === undefined ? environment : { ...environment, STOCKPOT_TEST_BUILD: testBuild },
  });
}

async function pack(output: string, changes: Configuration): Promise<string> {
  const electronDist = electronFolder();
  const electronVersion = (await readFile(join(electronDist, 'version'), 'utf8')).trim();
  await build({
    projectDir: ROOT,
    targets: Platform.current().createTarget('dir'),
    config: { ...(await releaseConfiguration()), ...changes, electronDist, electronVersion, directories: { output } },
    publish: 'never',
  });
  return join(output, 'linux-unpacked');
}

async function releaseConfiguration(): Promise<Configuration> {
  return parse(await readFile(join(ROOT, 'electron-builder.yml'), 'utf8')) as Configuration;
}
