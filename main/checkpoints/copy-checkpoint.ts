import { basename, dirname, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { throwIfCancelled } from '../errors.ts';
import { AtomicFile } from '../files/atomic-file.ts';
import { AtomicFiles } from '../files/atomic-files.ts';
import type { Checkpoint } from './checkpoint.ts';
import { isAssembled, type OutputFormat } from './output-formats.ts';
import type { AssembleContext, OutputOptions } from './output-plan.ts';
import { assemblerOf, planOutput } from './write-checkpoint.ts';

/** Bytes read and written at a time, but for tensors whose checksum the format wants. */
const PIECE = 2 ** 22;

/**
 * Writes a checkpoint's tensors to `path`, atomically and piece by piece. The format's file replaces what was there.
 * @throws StockpotError as `Checkpoint.read`, `planOutput`, `AtomicFiles` and the format's assembler; `job/cancelled`
 */
export async function copyCheckpoint(
  source: Checkpoint,
  path: string,
  format: OutputFormat,
  options: Omit<OutputOptions, 'name'>,
  context: AssembleContext = {},
): Promise<void> {
  const wanted: OutputOptions = { ...options, name: basename(path) };
  if (isAssembled(format)) {
    const assemble = await assemblerOf(format);
    using target = AtomicFile.create(path);
    await assemble(source, target.partialPath, wanted, context);
    target.commit();
    return;
  }
  const tensors = [...source.tensors.values()];
  const plan = planOutput(format, tensors, wanted);
  const total = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const files = AtomicFiles.create(dirname(resolve(path)), plan.files);
  const checksums = new Map<string, number>();
  let done = 0;
  try {
    for (const { name, byteLength } of tensors) {
      const { file, offset } = plan.places.get(name)!;
      let checksum = 0;
      for (let start = 0; start < byteLength; start += PIECE) {
        throwIfCancelled(context.signal);
        const piece = new Uint8Array(Math.min(PIECE, byteLength - start));
        source.read(name, start, piece);
        files.write(file, piece, offset + start);
        if (plan.needsChecksums) checksum = crc32(piece, checksum);
        done += piece.length;
        context.onProgress?.({ stage: `Writing ${wanted.name}`, done, total, unit: 'bytes' });
      }
      checksums.set(name, checksum);
    }
    for (const { file, offset, bytes } of plan.surroundings(checksums)) files.write(file, bytes, offset);
    files.commit();
  } finally {
    files.abandon();
  }
}
