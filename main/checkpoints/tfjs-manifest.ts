import { isJsonObject } from './json-object.ts';
import { malformedIndex } from './shard-index.ts';
import { isCount } from './tensor-size.ts';

/** How a weight's numbers are packed: affinely as small integers, or as half-precision floats. */
export type Quantization =
  | { readonly dtype: 'uint8' | 'uint16'; readonly scale: number; readonly min: number }
  | { readonly dtype: 'float16' };

export interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization: Quantization | undefined;
  readonly isOptimizer: boolean;
}

/** Weights one after the other, in files one after the other. */
export interface ManifestGroup {
  readonly paths: readonly string[];
  readonly weights: readonly ManifestWeight[];
}

const DIMENSIONS = 32;

/** The manifest in a parsed `model.json`, or the parsed file itself; undefined where there is none. */
export function findManifest(json: unknown): unknown[] | undefined {
  const manifest = isJsonObject(json) ? json.weightsManifest : json;
  return Array.isArray(manifest) ? manifest : undefined;
}

/**
 * TensorFlow.js's `WeightsManifestConfig` (tfjs-core, io/types.ts).
 * @throws StockpotError `checkpoint/malformed-index`
 */
export function parseManifest(manifest: readonly unknown[], path: string): readonly ManifestGroup[] {
  const names = new Set<string>();
  return manifest.map((group) => {
    if (!isJsonObject(group) || !isTexts(group.paths) || !Array.isArray(group.weights)) {
      throw malformedIndex(path, 'a group of its manifest has no paths and weights');
    }
    const weights = group.weights.map((entry) => parseWeight(entry, path));
    for (const { name } of weights) {
      if (names.has(name)) throw malformedIndex(path, `the weight '${name}' occurs twice`);
      names.add(name);
    }
    return { paths: group.paths, weights };
  });
}

function parseWeight(entry: unknown, path: string): ManifestWeight {
  if (!isJsonObject(entry) || typeof entry.name !== 'string' || typeof entry.dtype !== 'string') {
    throw malformedIndex(path, 'a weight of its manifest has no name and type');
  }
  const { name, dtype, shape, group } = entry;
  if (!Array.isArray(shape) || shape.length > DIMENSIONS || !shape.every(isCount)) {
    throw malformedIndex(path, `the weight '${name}' has no proper shape`);
  }
  const quantization = 'quantization' in entry ? parseQuantization(entry.quantization, dtype) : undefined;
  if (quantization === 'unknown') throw malformedIndex(path, `the weight '${name}' is quantized in an unknown way`);
  return { name, dtype, shape, quantization, isOptimizer: group === 'optimizer' };
}

/** What tfjs-core accepts: floats in every way, integers affinely. */
function parseQuantization(value: unknown, of: string): Quantization | 'unknown' {
  if (!isJsonObject(value)) return 'unknown';
  const { dtype, scale, min } = value;
  if (dtype === 'float16') return of === 'float32' ? { dtype } : 'unknown';
  if (dtype !== 'uint8' && dtype !== 'uint16') return 'unknown';
  if (typeof scale !== 'number' || typeof min !== 'number') return 'unknown';
  return of === 'float32' || of === 'int32' ? { dtype, scale, min } : 'unknown';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
