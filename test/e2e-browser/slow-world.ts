import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { writeFreshCnn } from '../backend/toy-world.ts';

const SIDE = 32;
const SAMPLES = 240;
const SPEC: ArchitectureSpec = {
  family: 'cnn',
  inputShape: [1, SIDE, SIDE],
  channels: [128, 256, 256],
  hidden: 0,
  classes: 4,
};

/** Networks that know nothing and take their time, so that a cooking can be seen, stopped and taken up again. */
export function makeSlowWorld(): { readonly folder: string; readonly recipe: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-slow-'));
  const names = ['first', 'second', 'third', 'fourth'];
  for (const [seed, name] of names.entries()) writeFreshCnn(join(folder, `${name}.safetensors`), SPEC, seed);
  writeImages(folder);
  const rows = (from: number, to: number): string =>
    `{ format: idx, images: images.idx, labels: labels.idx, rows: { from: ${from}, to: ${to} } }`;
  const recipe = join(folder, 'recipe.yml');
  writeFileSync(
    recipe,
    `recipe: uniform
project: slow
architecture: ${JSON.stringify(SPEC)}
ingredients:
${names.map((name) => `  - path: ${name}.safetensors`).join('\n')}
splits:
  selection: ${rows(0, SAMPLES - 1)}
  test:
    tiny: ${rows(SAMPLES - 1, SAMPLES)}
`,
  );
  return { folder, recipe, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function writeImages(folder: string): void {
  const images = Buffer.alloc(16 + SAMPLES * SIDE * SIDE);
  for (const [i, value] of [0x803, SAMPLES, SIDE, SIDE].entries()) images.writeUInt32BE(value, 4 * i);
  const labels = Buffer.alloc(8 + SAMPLES);
  for (const [i, value] of [0x801, SAMPLES].entries()) labels.writeUInt32BE(value, 4 * i);
  for (let i = 16; i < images.length; i++) images[i] = (i * 2654435761) % 256;
  for (let i = 0; i < SAMPLES; i++) labels[8 + i] = i % 4;
  writeFileSync(join(folder, 'images.idx'), images);
  writeFileSync(join(folder, 'labels.idx'), labels);
}
