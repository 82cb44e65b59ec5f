import { openCheckpoint } from '../../checkpoints/open.ts';
import { readOriginFile } from '../../checkpoints/origin-file.ts';
import { tellsOrigin } from './origin.ts';

/**
 * The text that tells a file's origin: in the file itself, else beside it. Without any, the file's own text.
 * @throws StockpotError as `openCheckpoint` and `readOriginFile`
 */
export async function originMetadata(path: string, signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
  const checkpoint = await openCheckpoint(path);
  const { metadata } = checkpoint;
  checkpoint.close();
  if (tellsOrigin(metadata)) return metadata;
  return (await readOriginFile(path, signal)) ?? metadata;
}
