import { BYTES_PER_ELEMENT, type SharedStorage } from './checkpoint.ts';
import type { StridedTensor } from './pytorch-tensor.ts';
import { spanOf } from './strided-view.ts';

interface Reach {
  readonly tensor: StridedTensor;
  /** First byte of the storage that the tensor reaches, and the first behind it. */
  readonly start: number;
  readonly end: number;
}

/** Groups of tensors that reach over the same bytes of a storage, in the tensors' order. Empty tensors share nothing. */
export function sharedStorages(tensors: readonly StridedTensor[]): readonly SharedStorage[] {
  const byStorage = new Map<string, Reach[]>();
  for (const tensor of tensors) {
    if (tensor.elementCount === 0) continue;
    const reach = reachOf(tensor);
    const others = byStorage.get(tensor.storageKey);
    if (others === undefined) byStorage.set(tensor.storageKey, [reach]);
    else others.push(reach);
  }
  return [...byStorage.values()].flatMap(groupsIn);
}

function groupsIn(reaches: readonly Reach[]): readonly SharedStorage[] {
  if (reaches.length < 2) return [];
  const groups: Reach[][] = [];
  let end = -1;
  for (const reach of reaches.toSorted((a, b) => a.start - b.start)) {
    if (reach.start < end) groups.at(-1)!.push(reach);
    else groups.push([reach]);
    end = Math.max(end, reach.end);
  }
  const position = new Map(reaches.map((reach, index) => [reach, index]));
  return groups
    .filter(({ length }) => length > 1)
    .flatMap((group) => describe(group.toSorted((a, b) => position.get(a)! - position.get(b)!)));
}

/** The tied tensors among them, then all of them unless they are all tied. */
function describe(group: readonly Reach[]): readonly SharedStorage[] {
  const arrangements = [...Map.groupBy(group, arrangementOf).values()];
  const tied = arrangements
    .filter(({ length }) => length > 1)
    .map((same) => ({ tensors: same.map(nameOf), tied: true }));
  return arrangements.length === 1 ? tied : [...tied, { tensors: group.map(nameOf), tied: false }];
}

function nameOf({ tensor }: Reach): string {
  return tensor.name;
}

function reachOf(tensor: StridedTensor): Reach {
  const width = BYTES_PER_ELEMENT[tensor.dtype];
  const start = tensor.storageStart + tensor.storageOffset * width;
  return { tensor, start, end: start + spanOf({ ...tensor, offset: tensor.storageOffset }) * width };
}

function arrangementOf({ tensor, start }: Reach): string {
  const { dtype, shape, strides } = tensor;
  return `${start} ${dtype} ${shape.join(',')} ${strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride)).join(',')}`;
}
