import { readFileSync } from 'node:fs';
import type { Architecture, ArchitectureSpec, ParameterSpec } from '../../main/architectures/architecture.ts';
import type { TensorValue, Weights } from '../../main/checkpoints/checkpoint.ts';
import type { Feed } from '../../main/runtimes/runtime.ts';

/** PyTorch's logits for an architecture under formula weights and a formula input (test/fixtures/architectures/make.py). */
export interface PyTorchLogits {
  readonly spec: ArchitectureSpec;
  readonly seed: number;
  readonly batch: number;
  /** [batch, classes] */
  readonly logits: readonly number[];
}

export function pyTorchLogits(): readonly PyTorchLogits[] {
  const path = new URL('../fixtures/architectures/logits.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as readonly PyTorchLogits[];
}

/** The weights of make.py's `formula`, bit for bit. */
export function formulaWeights(architecture: Architecture, seed: number): Weights {
  return new Map(architecture.parameters.map((parameter) => [parameter.name, formulaTensor(parameter, seed)]));
}

/** The input batch of make.py's `formula`: F32 [batch, …sampleShape] within [−1, 1). */
export function formulaInput(batch: number, sampleShape: readonly number[], seed: number): Feed {
  const shape = [batch, ...sampleShape];
  return { shape, data: hashedFloats('input', product(shape), seed, (uniform) => 2 * uniform - 1) };
}

/** Largest absolute difference, relative to the largest absolute value expected. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  const values = Array.from(expected);
  const scale = Math.max(...values.map(Math.abs));
  return Math.max(...values.map((value, index) => Math.abs(value - found[index]!))) / scale;
}

function formulaTensor({ name, shape, dtype }: ParameterSpec, seed: number): TensorValue {
  const data =
    dtype === 'I64' ? BigInt64Array.of(BigInt(seed)) : hashedFloats(name, product(shape), seed, mapping(name, shape));
  return { dtype, shape, bytes: new Uint8Array(data.buffer) };
}

function mapping(name: string, shape: readonly number[]): (uniform: number) => number {
  if (name.endsWith('running_var')) return (uniform) => 0.5 + uniform;
  if (!name.endsWith('.weight')) return (uniform) => 0.2 * (2 * uniform - 1);
  if (shape.length === 1) return (uniform) => 0.25 + 0.5 * uniform;
  const bound = Math.sqrt(6 / product(shape.slice(1)));
  return (uniform) => (2 * uniform - 1) * bound;
}

function hashedFloats(name: string, count: number, seed: number, map: (uniform: number) => number): Float32Array {
  let base = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}/${name}`)) base = Math.imul(base ^ byte, 0x01000193);
  const floats = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (Math.imul(i, 0x9e3779b9) + base) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    floats[i] = map(((x ^ (x >>> 15)) >>> 0) / 2 ** 32);
  }
  return floats;
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}
