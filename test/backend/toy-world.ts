import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import type { TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { Random } from '../../main/random.ts';

/**
 * Images of 8 × 8 noisy pixels in three classes, and linear classifiers that know each class's pattern more or less well: every
 * single one is mediocre, their averages are better, so that recipes have something to find.
 */
export interface ToyWorld {
  readonly folder: string;
  readonly recipe: string;
  readonly checkpoints: readonly string[];
  remove(): void;
}

export const TOY_SIDE = 8;
export const TOY_CLASSES = 3;
export const TOY_SAMPLES = 360;
export const TOY_ARCHITECTURE: ArchitectureSpec = {
  family: 'mlp',
  inputShape: [1, TOY_SIDE, TOY_SIDE],
  hidden: [],
  classes: TOY_CLASSES,
};

const PIXELS = TOY_SIDE * TOY_SIDE;

export function makeToyWorld(recipe = 'greedy'): ToyWorld {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-toy-'));
  const patterns = Array.from({ length: TOY_CLASSES }, (_, label) => {
    const random = new Random(1, 'pattern', label);
    return Float32Array.from({ length: PIXELS }, () => random.normal());
  });
  writeData(folder, patterns);
  mkdirSync(join(folder, 'models'));
  const checkpoints = [3, 2.2, 3, 1.8, 6].map((noise, i) => {
    const format = i === 1 ? 'pytorch-zip' : 'safetensors';
    const path = join(folder, 'models', `model-${i}.${i === 1 ? 'pt' : 'safetensors'}`);
    writeCheckpoint(path, format, classifier(patterns, noise, i));
    return path;
  });
  const file = join(folder, 'recipe.yml');
  writeFileSync(file, toyRecipe(recipe));
  return { folder, recipe: file, checkpoints, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function toyRecipe(
  recipe: string,
  architecture = '{ family: mlp, inputShape: [1, 8, 8], hidden: [], classes: 3 }',
) {
  const rows = (from: number, to: number): string =>
    `format: idx, images: images.idx, labels: labels.idx, rows: { from: ${from}, to: ${to} }`;
  return `recipe: ${recipe}
project: toy
architecture: ${architecture}
ingredients:
  - path: models/model-0.safetensors
  - path: models/model-1.pt
    name: from torch
  - path: models/model-2.safetensors
  - path: models/model-3.safetensors
  - path: models/model-4.safetensors
splits:
  selection: { ${rows(0, 120)} }
  test:
    clean: { ${rows(120, 360)} }
    noisy: { ${rows(120, 360)}, corruption: { kind: gaussian-noise, severity: 3 } }
`;
}

/** The same with its paths made absolute, as the kitchen writes it. */
export function placedToyRecipe({ folder }: Pick<ToyWorld, 'folder'>, recipe: string): string {
  return toyRecipe(recipe)
    .replaceAll('models/', `${folder}/models/`)
    .replaceAll('images.idx', join(folder, 'images.idx'))
    .replaceAll('labels.idx', join(folder, 'labels.idx'));
}

/** A new CNN's weights, as its seed gives them; for tests that train. */
export function writeFreshCnn(path: string, spec: ArchitectureSpec, seed: number): void {
  writeCheckpoint(path, 'safetensors', initialWeights(buildArchitecture(spec), seed));
}

function classifier(patterns: readonly Float32Array[], noise: number, seed: number): Weights {
  const random = new Random(2, 'classifier', seed);
  const rows = patterns.flatMap((pattern) => Array.from(pattern, (value) => (value + noise * random.normal()) / 8));
  return new Map([
    ['classifier.weight', floats([TOY_CLASSES, PIXELS], rows)],
    ['classifier.bias', floats([TOY_CLASSES], new Array<number>(TOY_CLASSES).fill(0))],
  ]);
}

function floats(shape: readonly number[], values: readonly number[]): TensorValue {
  return { dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

function writeData(folder: string, patterns: readonly Float32Array[]): void {
  const images = Buffer.alloc(16 + TOY_SAMPLES * PIXELS);
  for (const [i, value] of [0x803, TOY_SAMPLES, TOY_SIDE, TOY_SIDE].entries()) images.writeUInt32BE(value, 4 * i);
  const labels = Buffer.alloc(8 + TOY_SAMPLES);
  for (const [i, value] of [0x801, TOY_SAMPLES].entries()) labels.writeUInt32BE(value, 4 * i);
  const random = new Random(3, 'data');
  for (let sample = 0; sample < TOY_SAMPLES; sample++) {
    const label = random.integer(TOY_CLASSES);
    labels[8 + sample] = label;
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const value = 128 + 14 * patterns[label]![pixel]! + 40 * random.normal();
      images[16 + sample * PIXELS + pixel] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  writeFileSync(join(folder, 'images.idx'), images);
  writeFileSync(join(folder, 'labels.idx'), labels);
}
