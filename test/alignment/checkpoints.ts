import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint, Weights } from '../../main/checkpoints/checkpoint.ts';
import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';

/** Weights as files in a folder of their own, opened; all gone when disposed of. */
export class CheckpointFiles implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'stockpot-alignment-'));
  readonly #opened: Checkpoint[] = [];

  async open(name: string, weights: Weights): Promise<Checkpoint> {
    const path = join(this.folder, `${name}.safetensors`);
    writeCheckpoint(path, 'safetensors', weights);
    const checkpoint = await openCheckpoint(path);
    this.#opened.push(checkpoint);
    return checkpoint;
  }

  [Symbol.dispose](): void {
    for (const checkpoint of this.#opened) checkpoint.close();
    rmSync(this.folder, { recursive: true });
  }
}
