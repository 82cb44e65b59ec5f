import type { ChartData } from '../../charts/chart-data.ts';

/** How many samples there are of each class, as bars. */
export function balanceChart(counts: readonly number[], split: string): ChartData {
  return {
    title: 'Samples per class',
    kind: 'bars',
    x: { title: 'Class' },
    y: { title: 'Samples' },
    series: [
      {
        subject: { kind: 'other', label: split, ordinal: 0 },
        points: counts.map((count, label) => ({ x: String(label), y: count })),
      },
    ],
  };
}

/** In a sentence: even, uneven by how much, or without some classes. */
export function balanceRemark(counts: readonly number[]): string {
  const empty = counts.flatMap((count, label) => (count === 0 ? [label] : []));
  if (empty.length > 0) {
    const which = `${empty.length === 1 ? 'Class' : 'Classes'} ${empty.slice(0, 8).join(', ')}${empty.length > 8 ? ', …' : ''}`;
    return `${which} ${empty.length === 1 ? 'has' : 'have'} no samples here: nothing can be said about ${empty.length === 1 ? 'it' : 'them'}.`;
  }
  const ratio = Math.max(...counts) / Math.min(...counts);
  if (ratio < 1.5) return 'The classes are about equally frequent.';
  const share = Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0);
  return `The most frequent class has ${ratio.toFixed(1)} times the samples of the rarest; always answering it would be right ${(100 * share).toFixed(1)} % of the time.`;
}
