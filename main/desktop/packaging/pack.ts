import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Configuration, Platform } from 'electron-builder';

/**
 * `npm run package`: the built application, packed as `electron-builder.yml` says around the Electron that package.json names or,
 * where its site is out of reach, around an unpacked one in the folder that ELECTRON_OVERRIDE_DIST_PATH names (as Electron's own
 * npm package has it).
 */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const wanted = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { devDependencies: { electron: string } }
).devDependencies.electron;
const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;

if (process.env.STOCKPOT_TEST_BUILD !== undefined) {
  refuse('STOCKPOT_TEST_BUILD is set: this would pack a test build.', 'Unset it, then run "npm run package" again.');
} else {
  await pack();
}

async function pack(): Promise<void> {
  const given = folder === undefined ? {} : electronIn(folder);
  if (given === undefined) return;
  try {
    const files = await build({
      projectDir: ROOT,
      targets: Platform.current().createTarget('dir'),
      publish: 'never',
      config: given,
    });
    console.log(
      `Packed. "npm run package:parts" lists what is in it.${files.length > 0 ? `\n${files.join('\n')}` : ''}`,
    );
  } catch (thrown) {
    refuse(
      `The application could not be packed around Electron ${given.electronVersion ?? wanted}: ${firstLine(thrown)}`,
      folder === undefined
        ? 'If Electron could not be downloaded: let ELECTRON_OVERRIDE_DIST_PATH name a folder with an unpacked Electron, then run "npm run package" again.'
        : `Look whether ${folder} holds a whole unpacked Electron for this system.`,
    );
  }
}

function electronIn(folder: string): Pick<Configuration, 'electronDist' | 'electronVersion'> | undefined {
  try {
    const electronVersion = readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
    if (electronVersion !== wanted) {
      console.warn(
        `Packing around Electron ${electronVersion} from ${folder}. Stockpot is made for ${wanted}: to try out, not to hand on.`,
      );
    }
    return { electronDist: folder, electronVersion };
  } catch (thrown) {
    refuse(
      `ELECTRON_OVERRIDE_DIST_PATH names ${folder}, which is no unpacked Electron: ${firstLine(thrown)}`,
      'Let it name the folder with Electron’s binary and its file "version".',
    );
    return undefined;
  }
}

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]!;
}

function refuse(what: string, remedy: string): void {
  console.error(`${what}\n${remedy}`);
  process.exitCode = 1;
}
