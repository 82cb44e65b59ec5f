import type { Split } from '../split.ts';
import { correlation, SHIFTS, SIGNATURE_LENGTH, Signer } from './signature.ts';
import { SignatureIndex } from './signature-index.ts';

/**
 * From here on two samples count as near-identical. Copies lie above it: noise of a tenth of the image's own spread leaves a
 * correlation of 1/√(1 + 0.1²) = 0.995. Different samples lie below: of MNIST's 10,000 test digits one, a straight stroke, is as
 * near as that to any of the 60,000 training digits (0.98 would name 140, nearly all of them ones). To be raised or lowered only
 * with such figures; `test/data/near-duplicates.test.ts` holds them.
 */
export const LEAST_CORRELATION = 0.99;

/** Signatures are rounded to 32 bits: nothing is missed because of that. */
const ROUNDING = 1e-4;
/** Samples between two pauses. */
const CHUNK = 20;

/** A sample of the scored split and the one in the seen split that is most like it. */
export interface NearDuplicate {
  readonly seenRow: number;
  readonly scoredRow: number;
  /** Pearson's, of the pixels, at the best of the shifts; at least `LEAST_CORRELATION`. */
  readonly correlation: number;
  /** By how many pixels the scored one is moved: down, across. */
  readonly shift: readonly [number, number];
}

/** What is known of a split that others are held against; made once, asked often. */
export interface SeenSamples {
  readonly split: Split;
  readonly index: SignatureIndex;
}

/** Pauses often; `onDone` hears how many samples have been read. */
export function* indexSamples(split: Split, onDone?: (done: number) => void): Generator<undefined, SeenSamples> {
  const signer = new Signer(split.sampleShape);
  const signatures = new Float32Array(split.sampleCount * SIGNATURE_LENGTH);
  const rows = new Int32Array(split.sampleCount);
  let count = 0;
  for (let row = 0; row < split.sampleCount; row++) {
    if (signer.sign(split.readSample(row), 1, signatures, count * SIGNATURE_LENGTH)) rows[count++] = row;
    if (row % CHUNK > 0) continue;
    onDone?.(row);
    yield;
  }
  const index = yield* SignatureIndex.of(signatures.subarray(0, count * SIGNATURE_LENGTH), rows.subarray(0, count));
  return { split, index };
}

/**
 * Samples of `scored` that are nearly the same as one that was seen, however bright, how rich in contrast, or moved by one pixel;
 * the nearest first. Byte-for-byte copies are left to `SharedSampleCounter`, images of one brightness have nothing to compare.
 * Nothing above the threshold is missed: what is skipped is skipped by a lower bound of its distance.
 *
 * Why it matters, and that a person has to judge what is found: B. Barz and J. Denzler, "Do we train on test data? Purging CIFAR
 * of near-duplicates", 2020, sections 3 and 4. Their distance is a network's; this one is Pearson's correlation of the pixels
 * (J. P. Lewis, "Fast normalized cross-correlation", 1995, section 2), which has no network to choose and finds copies only.
 *
 * About 5 s of one core for MNIST's 10,000 test samples against 60,000. Both splits must have one shape. Pauses often.
 */
export function* nearDuplicates(
  { split: seen, index }: SeenSamples,
  scored: Split,
  onDone?: (done: number) => void,
): Generator<undefined, readonly NearDuplicate[]> {
  const signer = new Signer(scored.sampleShape);
  const signatures = new Float32Array(SHIFTS.length * SIGNATURE_LENGTH);
  // Of standardised images, |a − b|² = 2 (1 − correlation).
  const radius = Math.sqrt(2 * (1 - LEAST_CORRELATION)) + ROUNDING;
  const found: NearDuplicate[] = [];
  for (let scoredRow = 0; scoredRow < scored.sampleCount; scoredRow++) {
    const sample = scored.readSample(scoredRow);
    if (signer.sign(sample, SHIFTS.length, signatures)) {
      let best: NearDuplicate | undefined;
      let isCopied = false;
      for (const [i, shift] of SHIFTS.entries()) {
        for (const seenRow of index.near(signatures, i * SIGNATURE_LENGTH, radius)) {
          const other = seen.readSample(seenRow);
          isCopied ||= Buffer.compare(other, sample) === 0;
          const alike = correlation(other, sample, seen.sampleShape, shift);
          if (alike >= Math.max(LEAST_CORRELATION, best?.correlation ?? 0)) {
            best = { seenRow, scoredRow, correlation: Math.min(1, alike), shift };
          }
        }
      }
      if (best !== undefined && !isCopied) found.push(best);
    }
    if (scoredRow % CHUNK > 0) continue;
    onDone?.(scoredRow);
    yield;
  }
  return found.sort((a, b) => b.correlation - a.correlation || a.scoredRow - b.scoredRow);
}
