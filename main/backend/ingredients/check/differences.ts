import { isFloating, type TensorInfo } from '../../../checkpoints/checkpoint.ts';

/** How a file stands to one tensor. */
export type CellKind =
  | 'same'
  /** Of another floating-point type: widened exactly when mixed. */
  | 'precision'
  /** Has another name in the file, which was agreed on. */
  | 'renamed'
  /** May be one under another name, which is to be confirmed. */
  | 'proposed'
  | 'missing'
  | 'extra'
  | 'shape'
  | 'type'
  /** Not there, and nobody wants it. */
  | 'absent'
  /** The file cannot be opened. */
  | 'unreadable';

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'shape' | 'type' | 'precision';
  readonly tensor: string;
  /** Type and shape as they should be, `F32 [64, 3, 7, 7]`. */
  readonly wanted: string | null;
  readonly found: string | null;
}

type Tensor = Pick<TensorInfo, 'name' | 'dtype' | 'shape'>;

/** Floating-point types may differ in a mixture. */
export function isBlocking({ kind }: Difference): boolean {
  return kind !== 'precision';
}

/** Every difference of a file from what it should hold, in the wanted order; extra tensors at the end. */
export function differencesOf(wanted: readonly Tensor[], found: ReadonlyMap<string, Tensor>): readonly Difference[] {
  const known = new Set(wanted.map(({ name }) => name));
  const extra = [...found.values()].filter(({ name }) => !known.has(name));
  return [
    ...wanted.flatMap((tensor) => difference(tensor.name, tensor, found.get(tensor.name))),
    ...extra.flatMap((tensor) => difference(tensor.name, undefined, tensor)),
  ];
}

function difference(tensor: string, wanted: Tensor | undefined, found: Tensor | undefined): readonly Difference[] {
  const kind = cellKind(wanted, found);
  switch (kind) {
    case 'missing':
    case 'extra':
    case 'shape':
    case 'type':
    case 'precision':
      return [{ kind, tensor, wanted: describe(wanted), found: describe(found) }];
    default:
      return [];
  }
}

function cellKind(wanted: Tensor | undefined, found: Tensor | undefined): 'same' | 'absent' | Difference['kind'] {
  if (wanted === undefined) return found === undefined ? 'absent' : 'extra';
  if (found === undefined) return 'missing';
  if (wanted.shape.join() !== found.shape.join()) return 'shape';
  if (wanted.dtype === found.dtype) return 'same';
  return isFloating(wanted.dtype) && isFloating(found.dtype) ? 'precision' : 'type';
}

function describe(tensor: Tensor | undefined): string | null {
  return tensor === undefined ? null : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
}
