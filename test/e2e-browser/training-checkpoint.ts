import type { Weights } from '../../main/checkpoints/checkpoint.ts';
import { writeTorchArchive } from '../checkpoints/archives.ts';

const STORAGES: Readonly<Record<string, string>> = { F32: 'FloatStorage', I64: 'LongStorage' };

/** A checkpoint as training scripts save it: several state dicts, each under a key of its own. */
export function writeTrainingCheckpoint(path: string, stateDicts: Readonly<Record<string, Weights>>): void {
  const storages: Uint8Array[] = [];
  const dicts = Object.entries(stateDicts).map(([key, weights]) => {
    const tensors = [...weights].map(([name, { dtype, shape, bytes }]) => {
      const storage = `(${text('storage')}ctorch\n${STORAGES[dtype]}\n${text(String(storages.length))}${text('cpu')}${integer(
        elements(shape),
      )}tQ`;
      storages.push(bytes);
      const strides = shape.map((_, axis) => elements(shape.slice(axis + 1)));
      const layout = `${integer(0)}${tuple(shape)}${tuple(strides)}\x89ccollections\nOrderedDict\n)R`;
      return `${text(name)}ctorch._utils\n_rebuild_tensor_v2\n(${storage}${layout}tR`;
    });
    return `${text(key)}}(${tensors.join('')}u`;
  });
  writeTorchArchive(path, `\x80\x02}(${dicts.join('')}u.`, storages);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function tuple(items: readonly number[]): string {
  return `(${items.map(integer).join('')}t`;
}

function integer(value: number): string {
  return `J${little(value)}`;
}

function text(value: string): string {
  return `X${little(value.length)}${value}`;
}

/** Four bytes in Latin-1. */
function little(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString('latin1');
}
