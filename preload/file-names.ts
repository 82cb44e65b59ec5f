/** Endings of the files that can be opened with the application, without the dot; the package registers them with the system. */
export const CHECKPOINT_EXTENSIONS = ['safetensors', 'pt', 'pth', 'bin', 'ckpt'] as const;
export const PROJECT_EXTENSION = 'stockpot';

const SHARD_INDEX = '.safetensors.index.json';

/** Whether a file may be a checkpoint, by its name; what is inside decides later. */
export function isCheckpointName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.endsWith(SHARD_INDEX) || CHECKPOINT_EXTENSIONS.some((extension) => lower.endsWith(`.${extension}`));
}

/** Whether a file may be a project that was exported as one file. */
export function isProjectFileName(name: string): boolean {
  return name.toLowerCase().endsWith(`.${PROJECT_EXTENSION}`);
}
