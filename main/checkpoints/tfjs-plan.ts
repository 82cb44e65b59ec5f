import { StockpotError } from '../errors.ts';
import type { Checkpoint, DType, TensorInfo } from './checkpoint.ts';
import { isJsonObject } from './json-object.ts';
import type { WiderType } from './lossless.ts';
import { readBackAs } from './output-formats.ts';
import type { OutputOptions, OutputPlace, OutputPlan } from './output-plan.ts';
import { readJsonFile } from './shard-index.ts';
import { tensorInfo } from './tensor-size.ts';

/** What tfjs-core's `io.decodeWeights` takes, by our names. */
const TFJS_DTYPES = {
  F32: { dtype: 'float32' },
  F16: { dtype: 'float32', quantization: { dtype: 'float16', original_dtype: 'float32' } },
  I32: { dtype: 'int32' },
  BOOL: { dtype: 'bool' },
} as const satisfies Partial<Record<DType, object>>;

/** As TensorFlow.js's converter divides weights, for browsers' caches. */
const SHARD_BYTES = 4 << 20;

/** The usual name of a model; its shards have names of their own, those of others begin as the model does. */
const USUAL_NAME = 'model.json';

/** A file of this ending holds the manifest alone. */
const BARE_MANIFEST = 'weights_manifest.json';

interface Shard {
  readonly tensors: TensorInfo[];
  size: number;
}

/**
 * A manifest of TensorFlow.js and its shards. A tensor is not divided: one that is larger than a shard has its own. Where the first
 * ingredient is a model of TensorFlow.js, its topology and everything else it says is kept.
 * F16 is what TensorFlow.js calls float32 quantized to float16; other types that it lacks are stored in wider ones.
 * @throws StockpotError `checkpoint/unwritable-name` for a name that occurs twice, and those of reading the first ingredient's file
 */
export function planTfjs(tensors: readonly TensorInfo[], options: OutputOptions): OutputPlan {
  refuseRepeated(tensors);
  const widened = new Map(tensors.flatMap(({ name, dtype }) => widening(name, dtype)));
  const stored = tensors.map(
    (tensor) => tensorInfo(tensor.name, widened.get(tensor.name) ?? tensor.dtype, tensor.shape)!,
  );
  const shards = divide(stored, options.shardBytes ?? SHARD_BYTES);
  const paths = shards.map((_, index) => shardName(options.name, index + 1, shards.length));
  const places = new Map<string, OutputPlace>();
  shards.forEach((shard, file) => {
    let offset = 0;
    for (const { name, byteLength } of shard.tensors) {
      places.set(name, { file, offset });
      offset += byteLength;
    }
  });
  const weights = shards.flatMap((shard) => shard.tensors.map(entryOf));
  const manifest = [{ paths, weights }];
  const json = options.name.endsWith(BARE_MANIFEST)
    ? manifest
    : { ...topologyOf(options.template), weightsManifest: manifest };
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return {
    format: 'tfjs',
    files: [
      ...shards.map(({ size }, index) => ({ name: paths[index]!, size })),
      { name: options.name, size: bytes.length },
    ],
    places,
    widened,
    needsChecksums: false,
    surroundings: () => [{ file: shards.length, offset: 0, bytes }],
  };
}

/** Tensors in their order, a new shard before one that does not fit any more. There is always one, maybe empty. */
function divide(tensors: readonly TensorInfo[], largest: number): readonly Shard[] {
  const shards: Shard[] = [{ tensors: [], size: 0 }];
  for (const tensor of tensors) {
    let shard = shards.at(-1)!;
    if (shard.size > 0 && shard.size + tensor.byteLength > largest) {
      shard = { tensors: [], size: 0 };
      shards.push(shard);
    }
    shard.tensors.push(tensor);
    shard.size += tensor.byteLength;
  }
  return shards;
}

function shardName(model: string, number: number, count: number): string {
  const stem = model === USUAL_NAME || model === BARE_MANIFEST ? '' : `${model.replace(/\.json$/i, '')}-`;
  return `${stem}group1-shard${number}of${count}.bin`;
}

function entryOf({ name, shape, dtype }: TensorInfo): object {
  return { name, shape, ...TFJS_DTYPES[dtype as keyof typeof TFJS_DTYPES] };
}

/** Of types that the manifest has no word for. */
function widening(name: string, dtype: DType): readonly (readonly [string, WiderType])[] {
  const wider = dtype in TFJS_DTYPES ? undefined : readBackAs('tfjs', dtype);
  return wider === undefined ? [] : [[name, wider]];
}

/** Everything but the weights in the first ingredient's file. */
function topologyOf(template: Checkpoint | undefined): Readonly<Record<string, unknown>> {
  if (template?.format !== 'tfjs') return {};
  const json = readJsonFile(template.path);
  return isJsonObject(json) ? json : {};
}

function refuseRepeated(tensors: readonly TensorInfo[]): void {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) {
      throw new StockpotError({ code: 'checkpoint/unwritable-name', what: `Two tensors are named '${name}'` });
    }
    names.add(name);
  }
}
