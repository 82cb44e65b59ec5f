import type { TensorInfo } from '../../../checkpoints/checkpoint.ts';
import type { CellKind } from './differences.ts';
import type { HeaderCheck } from './headers.ts';

/** All tensors that any file has or should have, and how each file stands to each of them. */
export interface TensorMatrix {
  readonly tensors: readonly Pick<TensorInfo, 'name' | 'dtype' | 'shape'>[];
  /** One for each file, one for each tensor. */
  readonly cells: readonly (readonly CellKind[])[];
}

/** Extra tensors come after the last one before them in their file. */
export function matrixOf({ reference, files }: HeaderCheck): TensorMatrix {
  const order: TensorInfo[] = [...reference];
  const place = new Map(order.map(({ name }, index) => [name, index]));
  for (const { tensors } of files) {
    for (const tensor of tensors) {
      if (place.has(tensor.name)) continue;
      place.set(tensor.name, order.length);
      order.push(tensor);
    }
  }
  const cells = files.map((file): readonly CellKind[] => {
    if (file.problem !== null) return order.map(() => 'unreadable');
    const own = new Set(file.tensors.map(({ name }) => name));
    const differing = new Map(file.differences.map(({ tensor, kind }) => [tensor, kind]));
    const renames = file.proposal?.pairs.filter(({ name, inFile }) => name !== inFile) ?? [];
    const proposed = new Set(renames.flatMap(({ name, inFile }) => [name, inFile]));
    return order.map(({ name }): CellKind => {
      const kind = differing.get(name);
      if ((kind === 'missing' || kind === 'extra') && proposed.has(name)) return 'proposed';
      if (kind !== undefined) return kind;
      if (!own.has(name)) return 'absent';
      const inFile = file.reading?.names?.[name] ?? name;
      return inFile === name ? 'same' : 'renamed';
    });
  });
  return { tensors: order.map(({ name, dtype, shape }) => ({ name, dtype, shape })), cells };
}
