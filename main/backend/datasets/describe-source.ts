import { basename } from 'node:path';
import type { DataSource } from '../../data/source.ts';

/** A source in one line: `MNIST test images, rows 0 to 1999, gaussian-noise, severity 3`. */
export function describeSource(source: DataSource): string {
  const files = source.format === 'mnist' ? `MNIST ${source.part} images` : basename(source.images);
  const rows = source.rows === undefined ? [] : [`rows ${source.rows.from} to ${source.rows.to - 1}`];
  const { corruption } = source;
  const damage = corruption === undefined ? [] : [`${corruption.kind}, severity ${corruption.severity}`];
  return [files, ...rows, ...damage].join(', ');
}
