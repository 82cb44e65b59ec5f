import { createHash } from 'node:crypto';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import type { TrainTask } from '../protocol.ts';

/** To be raised when the same training comes to lead elsewhere. */
const IDENTITY_VERSION = 1;

/**
 * SHA-256, lower-case hex, of everything that a training's course depends on: network, first weights, splits, configuration and runtime.
 * Only a state of the very same training may be gone on from.
 * @param graphHash of the network
 * @param initial the weights that it begins with
 * @param runtimeIdentity the device with its version
 */
export function trainingIdentity(
  { train, selection, config }: Pick<TrainTask, 'train' | 'selection' | 'config'>,
  graphHash: string,
  initial: Weights,
  runtimeIdentity: string,
): string {
  const hash = createHash('sha256');
  const splits = [train, selection].map(({ key, normalization: { mean, std } }) => [key, mean, std]);
  hash.update(JSON.stringify([IDENTITY_VERSION, graphHash, splits, inOrder(config), runtimeIdentity]));
  for (const name of [...initial.keys()].toSorted()) {
    const { dtype, shape, bytes } = initial.get(name)!;
    hash.update(JSON.stringify([name, dtype, shape])).update(bytes);
  }
  return hash.digest('hex');
}

/** Entries by their names, so that it does not matter who wrote them in which order. */
function inOrder(values: object): readonly (readonly [string, unknown])[] {
  return Object.entries(values)
    .map(([key, value]): [string, unknown] => [
      key,
      typeof value === 'object' && value !== null ? inOrder(value) : value,
    ])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
