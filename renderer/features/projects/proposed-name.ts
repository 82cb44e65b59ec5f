import { isCheckpointName } from '../../../preload/file-names.ts';

/** What a project may be called that begins with this checkpoint or this folder of checkpoints: the folder's name. */
export function proposedName(path: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== '');
  return (isCheckpointName(path) ? parts.at(-2) : parts.at(-1)) ?? '';
}
