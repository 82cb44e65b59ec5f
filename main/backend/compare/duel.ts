import { openSplit } from '../../data/open-split.ts';
import type { Split, SplitRef } from '../../data/split.ts';
import { confusionMatrix } from '../../metrics/classification.ts';
import type { Predictions } from '../../metrics/predictions.ts';

interface Example {
  readonly row: number;
  readonly label: number;
  /** Predicted classes. */
  readonly subject: number;
  readonly baseline: number;
  readonly pixels: string;
}

interface Examples {
  readonly count: number;
  readonly shown: readonly Example[];
}

/** Where two subjects differ on one set. */
export interface Duel {
  readonly classCount: number;
  readonly sampleShape: readonly number[];
  readonly confusion: { readonly subject: readonly number[]; readonly baseline: readonly number[] };
  readonly won: Examples;
  readonly lost: Examples;
}

/** @param most examples of each kind that come with their image */
export function duelOf(subject: Predictions, baseline: Predictions, ref: SplitRef, most: number): Duel {
  const { labels, classCount, predicted: ours } = subject;
  const theirs = baseline.predicted;
  const rows = Array.from(labels, (_, row) => row);
  const gain = (row: number): number => baseline.losses[row]! - subject.losses[row]!;
  const won = rows.filter((row) => subject.hits[row]! > baseline.hits[row]!).sort((a, b) => gain(b) - gain(a) || a - b);
  const lost = rows
    .filter((row) => subject.hits[row]! < baseline.hits[row]!)
    .sort((a, b) => gain(a) - gain(b) || a - b);
  const split = openSplit(ref, 0);
  try {
    const described = (chosen: readonly number[]): Examples => ({
      count: chosen.length,
      shown: chosen.slice(0, most).map((row) => ({
        row,
        label: labels[row]!,
        subject: ours[row]!,
        baseline: theirs[row]!,
        pixels: pixelsOf(split, row),
      })),
    });
    return {
      classCount,
      sampleShape: ref.sampleShape,
      confusion: {
        subject: [...confusionMatrix(subject.logits, labels)],
        baseline: [...confusionMatrix(baseline.logits, labels)],
      },
      won: described(won),
      lost: described(lost),
    };
  } finally {
    split.close();
  }
}

function pixelsOf(split: Split, row: number): string {
  return Buffer.from(split.readSample(row)).toString('base64');
}
