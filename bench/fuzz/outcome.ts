import { openCheckpoint } from '../../main/checkpoints/open.ts';
import { StockpotError } from '../../main/errors.ts';

/** Bytes read of each tensor: damaged shapes may promise very many. */
const LOOK_AT = 1 << 16;

/** Tensors looked at: a damaged header may promise very many. */
const TENSORS = 256;

export type Outcome =
  | { readonly kind: 'read'; readonly content: string }
  | { readonly kind: 'refused'; readonly code: string };

/**
 * Opens a checkpoint and reads its tensors, as far as it goes. `content` is names, types, shapes and elements as text.
 * Anything but success or a typed error about the file is thrown on: that is a defect.
 */
export async function outcomeOf(path: string): Promise<Outcome> {
  try {
    const checkpoint = await openCheckpoint(path);
    const content: string[] = [];
    try {
      for (const { name, dtype, shape, byteLength } of [...checkpoint.tensors.values()].slice(0, TENSORS)) {
        const bytes = new Uint8Array(Math.min(byteLength, LOOK_AT));
        checkpoint.read(name, 0, bytes);
        content.push(`${name} ${dtype} [${shape.join(', ')}] ${Buffer.from(bytes).toString('latin1')}`);
      }
    } finally {
      checkpoint.close();
    }
    return { kind: 'read', content: content.join('\n') };
  } catch (thrown) {
    if (thrown instanceof StockpotError && thrown.code.startsWith('checkpoint/') && thrown.kind === 'input') {
      return { kind: 'refused', code: thrown.code };
    }
    throw thrown;
  }
}
