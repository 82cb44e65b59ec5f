import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface ThirdPartyPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: number | null;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MODULE = 'virtual:third-party-licences';
const RESOLVED = `\0${MODULE}`;

/**
 * Gives the pages `virtual:third-party-licences`: every package that the application is made of, with its licence. Those are what
 * it depends on, what the pages import, and what those depend on in turn; tools that only build and test are no part of it.
 */
export function thirdPartyLicences(): Plugin {
  return {
    name: 'third-party-licences',
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? `export default ${JSON.stringify(collectLicences())}` : undefined),
  };
}

/** By name, then by version; equal texts are kept once. */
export function collectLicences(): {
  readonly packages: readonly ThirdPartyPackage[];
  readonly texts: readonly string[];
} {
  const manifest = readManifest(ROOT);
  const folders = new Set<string>();
  const waiting = [...Object.keys(manifest.dependencies ?? {}), ...importedByPages()].map((name) => ({
    name,
    from: ROOT,
  }));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const folder = folderOf(next.name, next.from);
    // What is optional may not be there on this system.
    if (folder === undefined || folders.has(folder)) continue;
    folders.add(folder);
    const { dependencies, optionalDependencies } = readManifest(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) waiting.push({ name, from: folder });
  }
  const texts: string[] = [];
  const packages = new Map<string, ThirdPartyPackage>();
  for (const folder of folders) {
    const { name, version, ...facts } = readManifest(folder);
    packages.set(`${name} ${version}`, {
      name,
      version,
      licence: licenceOf(facts),
      text: placeOf(textIn(folder), texts),
    });
  }
  const sorted = [...packages.values()].sort(
    (a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version),
  );
  return { packages: sorted, texts };
}

/** Packages that the pages' sources name; they are built into the bundle and are therefore development dependencies. */
function importedByPages(): readonly string[] {
  const sources = readdirSync(join(ROOT, 'renderer'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const names = sources.flatMap((name) => {
    const text = readFileSync(join(ROOT, 'renderer', name), 'utf8');
    return Array.from(
      text.matchAll(/(?:from|import)\s*\(?'(@[\w.-]+\/[\w.-]+|[\w][\w.-]*)[^']*'/g),
      ([, found]) => found!,
    );
  });
  const known = readManifest(ROOT) as Manifest & { readonly devDependencies?: Readonly<Record<string, string>> };
  return [...new Set(names)].filter((name) => known.devDependencies?.[name] !== undefined);
}

/** Where Node would find a package from a folder. */
function folderOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder) || folder === ROOT) return undefined;
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function licenceOf({ license, licenses }: Pick<Manifest, 'license' | 'licenses'>): string {
  const named = typeof license === 'string' ? license : license?.type;
  return named ?? licenses?.flatMap(({ type }) => type ?? []).join(' or ') ?? 'see its text';
}

function textIn(folder: string): string | undefined {
  const name = readdirSync(folder).find((file) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(file));
  return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8').trim();
}

function placeOf(text: string | undefined, texts: string[]): number | null {
  if (text === undefined) return null;
  const known = texts.indexOf(text);
  return known >= 0 ? known : texts.push(text) - 1;
}
