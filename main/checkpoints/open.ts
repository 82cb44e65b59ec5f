import type { Checkpoint } from './checkpoint.ts';
import { openPytorchZip } from './pytorch-zip.ts';
import { openSafetensors } from './safetensors.ts';
import { SourceFile } from './source-file.ts';

/**
 * Opens a checkpoint and reads its header.
 * @throws StockpotError `checkpoint/not-found`, `checkpoint/truncated`, `checkpoint/malformed-header`, …
 */
export function openCheckpoint(path: string): Checkpoint {
  const file = SourceFile.open(path);
  const head = file.bytes(0, Math.min(4, file.size));
  if (Buffer.from(head).toString('latin1') === 'PK\x03\x04') return openPytorchZip(file);
  return openSafetensors(file);
}
