import { mkdirSync } from 'node:fs';
import { measureBarriers } from './alignment/barrier.ts';
import { measureSpeed } from './alignment/speed.ts';
import type { BenchContext, BenchReport } from './bench.ts';

/** Weight matching: how fast beside NumPy and SciPy, whether it ends where they do, and what it does to networks trained apart. */
export async function bench(context: BenchContext): Promise<BenchReport> {
  const { tables, targets } = await measureSpeed(context);
  const folder = context.keep ?? context.folder;
  mkdirSync(folder, { recursive: true });
  const { table, barriers } = await measureBarriers(folder, context.log);
  return {
    title: 'Alignment by weight matching',
    tables: [...tables, table],
    targets: [
      ...targets,
      ...barriers.map(({ name, before, after }) => ({
        name: `loss barrier of ${name}, of that without alignment`,
        measured: after / before,
        limit: 1,
        unit: '×',
      })),
    ],
    notes: [
      "Times are of matching, with files read and checked by Stockpot, held in memory already by the peer. The peer does on the CPU what the authors' code does on an accelerator: permute, multiply and assign afresh at every visit, in the same order of visits.",
      'Networks trained apart: two initialisations and two orders of 12,000 training images, Adam; 10,000 test images. Loss is cross-entropy; the barrier is its largest excess over the line between the ends, in eleven steps.',
      "Re-estimated: BatchNorm's running statistics of the midpoint taken from the training images, the weights as they are.",
    ],
  };
}
