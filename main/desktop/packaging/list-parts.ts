import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagedParts } from './packaged-parts.ts';

/** `npm run package:parts [folder]`: what the packaged application is made of, and how large each part is. */
const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
const SMALLEST_LISTED = 500_000;

const parts = packagedParts(process.argv[2] ?? latest());
const [listed, rest] = [
  parts.filter(({ bytes }) => bytes >= SMALLEST_LISTED),
  parts.filter(({ bytes }) => bytes < SMALLEST_LISTED),
];
for (const { name, bytes } of listed) console.log(line(bytes, name));
console.log(line(sum(rest), `${rest.length} smaller parts`));
console.log(line(sum(parts), 'together'));

function latest(): string {
  const folder = readdirSync(DIST).find((name) => name.endsWith('unpacked') || name.startsWith('mac'));
  if (folder === undefined)
    throw new Error(`There is no packaged application in ${DIST}; "npm run package" makes one.`);
  return join(DIST, folder);
}

function line(bytes: number, name: string): string {
  return `${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${name}`;
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}
