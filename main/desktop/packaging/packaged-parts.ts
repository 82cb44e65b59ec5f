import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { archivedFiles } from './archive.ts';

export interface PackagedPart {
  /** A package of npm, a bundle of the application's own (`main`, `renderer`, …), or `Electron`. */
  readonly name: string;
  readonly bytes: number;
}

/** What a packaged application is made of, the largest part first. */
export function packagedParts(folder: string): readonly PackagedPart[] {
  const resources = resourcesOf(folder);
  const sizes = new Map<string, number>([['Electron', sizeOf(folder) - sizeOf(resources)]]);
  for (const { path, bytes } of archivedFiles(join(resources, 'app.asar'))) {
    const name = partOf(path);
    sizes.set(name, (sizes.get(name) ?? 0) + bytes);
  }
  return [...sizes].map(([name, bytes]) => ({ name, bytes })).sort((one, other) => other.bytes - one.bytes);
}

/** Where Electron looks for the application inside a packaged folder. */
export function resourcesOf(folder: string): string {
  return process.platform === 'darwin' ? join(folder, 'Stockpot.app/Contents/Resources') : join(folder, 'resources');
}

/** Of `node_modules/@scope/name/…`, `node_modules/name/…`, `out/bundle/…`. */
function partOf(path: string): string {
  const [first, second = first, third] = path.split('/');
  return first === 'node_modules' && second!.startsWith('@') ? `${second}/${third}` : second!;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
