import type { Job } from '../../../preload/contract/jobs.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';

/** ` · 3 of 8 images`; nothing while the size of the whole is not known. */
export function amountOf({ done, total, unit }: NonNullable<Job['progress']>): string {
  if (total <= 0) return '';
  if (unit === 'bytes') return ` · ${formatBytes(done)} of ${formatBytes(total)}`;
  return ` · ${formatCount(done)} of ${formatCount(total)} ${unit}`;
}
