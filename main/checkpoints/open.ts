import type { Checkpoint } from './checkpoint.ts';
import { openSafetensors } from './safetensors.ts';
import { SourceFile } from './source-file.ts';

/**
 * Opens a checkpoint and reads its header.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/truncated`, `checkpoint/malformed-header`, …
 */
export function openCheckpoint(path: string): Checkpoint {
  return openSafetensors(SourceFile.open(path));
}
