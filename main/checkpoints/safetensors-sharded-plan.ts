import { StockpotError } from '../errors.ts';
import type { TensorInfo } from './checkpoint.ts';
import type { OutputOptions, OutputPlace, OutputPlan } from './output-plan.ts';
import { planSafetensors } from './safetensors.ts';

/** As Hugging Face's libraries choose it (huggingface_hub, `MAX_SHARD_SIZE`). */
const USUAL_SHARD_BYTES = 5e9;

/** More files than this are not opened at once by readers, ours included. */
const MOST_SHARDS = 1000;

const INDEX_ENDING = '.safetensors.index.json';

/**
 * The layout of a safetensors checkpoint in shards and an index, as transformers writes and reads it: tensors in their order,
 * a new shard where the next one would exceed the limit; `NAME-00001-of-0000N.safetensors` and `NAME.safetensors.index.json`
 * (huggingface_hub, `split_state_dict_into_shards_factory`).
 * @throws StockpotError as `planSafetensors`; `checkpoint/too-many-shards`
 */
export function planShardedSafetensors(tensors: readonly TensorInfo[], options: OutputOptions): OutputPlan {
  refuseRepeated(tensors);
  const shards = divide(tensors, options.shardBytes ?? USUAL_SHARD_BYTES);
  if (shards.length > MOST_SHARDS) throw tooManyShards(shards.length);
  const base = baseName(options.name);
  const plans = shards.map((shard, index) =>
    planSafetensors(shard, { name: shardName(base, index, shards.length), metadata: shardMetadata(options) }),
  );
  const index = new TextEncoder().encode(indexText(plans, tensors, options));
  const indexFile = plans.length;
  return {
    format: 'safetensors-sharded',
    files: [...plans.map((plan) => plan.files[0]!), { name: options.name, size: index.length }],
    places: new Map(plans.flatMap(placesIn)),
    needsChecksums: false,
    surroundings: (checksums) => [
      ...plans.flatMap((plan, file) => plan.surroundings(checksums).map((part) => ({ ...part, file }))),
      { file: indexFile, offset: 0, bytes: index },
    ],
  };
}

function placesIn(plan: OutputPlan, file: number): readonly (readonly [string, OutputPlace])[] {
  return [...plan.places].map(([name, { offset }]) => [name, { file, offset }]);
}

/** At least one shard, so that a checkpoint without tensors is a checkpoint too. */
function divide(tensors: readonly TensorInfo[], limit: number): readonly (readonly TensorInfo[])[] {
  const shards: TensorInfo[][] = [[]];
  let filled = 0;
  for (const tensor of tensors) {
    if (filled > 0 && filled + tensor.byteLength > limit) {
      shards.push([]);
      filled = 0;
    }
    shards.at(-1)!.push(tensor);
    filled += tensor.byteLength;
  }
  return shards;
}

function baseName(name: string): string {
  return name.toLowerCase().endsWith(INDEX_ENDING) ? name.slice(0, -INDEX_ENDING.length) : name;
}

function shardName(base: string, index: number, count: number): string {
  const digits = (number: number): string => String(number).padStart(5, '0');
  return `${base}-${digits(index + 1)}-of-${digits(count)}.safetensors`;
}

/** What loaders look for in every shard; the rest is told once, in the index. */
function shardMetadata({ metadata: { format } }: OutputOptions): Readonly<Record<string, string>> {
  return format === undefined ? {} : { format };
}

function indexText(plans: readonly OutputPlan[], tensors: readonly TensorInfo[], { metadata }: OutputOptions): string {
  const weightMap = plans
    .flatMap(({ files, places }) => [...places.keys()].map((name) => [name, files[0]!.name] as const))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const index = { metadata: { ...metadata, total_size: total }, weight_map: Object.fromEntries(weightMap) };
  return `${JSON.stringify(index, undefined, 2)}\n`;
}

function refuseRepeated(tensors: readonly TensorInfo[]): void {
  const taken = new Set<string>();
  for (const { name } of tensors) {
    if (taken.has(name)) {
      throw new StockpotError({ code: 'checkpoint/unwritable-name', what: `Two tensors are named '${name}'` });
    }
    taken.add(name);
  }
}

function tooManyShards(count: number): StockpotError {
  return new StockpotError({
    code: 'checkpoint/too-many-shards',
    what: `The checkpoint would come in ${count} shards, ${MOST_SHARDS} are allowed`,
    remedy: 'Choose a larger limit for each shard (--shard-size).',
  });
}
