const ENDING = /\.(safetensors|safetensors\.index\.json|pt|pth|bin|ckpt)$/i;

/** Whether a file may be a checkpoint, by its name; what is inside decides later. */
export function isCheckpointName(name: string): boolean {
  return ENDING.test(name);
}
