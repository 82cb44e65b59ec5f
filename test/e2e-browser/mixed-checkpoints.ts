import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { writeFreshCnn } from '../backend/toy-world.ts';

const SPEC = {
  family: 'cnn',
  inputShape: [1, 8, 8],
  channels: [2, 4],
  hidden: 4,
  classes: 3,
} as const satisfies ArchitectureSpec;
const FITTING = 8;

/** A folder with ten checkpoints: eight of one architecture, one of another and one that is no checkpoint at all. */
export function makeMixedCheckpoints(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-mixed-'));
  for (let seed = 0; seed < FITTING; seed++) {
    writeFreshCnn(join(folder, `fine-tuned-${seed}.safetensors`), SPEC, seed);
  }
  writeFreshCnn(join(folder, 'wider.safetensors'), { ...SPEC, channels: [2, 6] }, 1);
  writeFileSync(join(folder, 'torn.pt'), 'no checkpoint at all');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
