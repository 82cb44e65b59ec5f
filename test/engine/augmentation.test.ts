import { describe, expect, it } from 'vitest';
import { augmentBatch } from '../../main/engine/training/augmentation.ts';
import { Random } from '../../main/random.ts';

const SHAPE = { channels: 2, height: 9, width: 7 } as const;
const SIZE = SHAPE.channels * SHAPE.height * SHAPE.width;
const BACKGROUND = [-0.5, -0.25];
const EVERYTHING = { shift: 2, rotate: 15, cutout: 3 };

function images(count: number): Float32Array {
  const random = new Random(7, 'images');
  return Float32Array.from({ length: count * SIZE }, () => random.uniform());
}

function augmented(rows: readonly number[], augmentation = EVERYTHING, epoch = 0, seed = 1): Float32Array {
  const all = images(10);
  const batch = new Float32Array(rows.length * SIZE);
  rows.forEach((row, i) => {
    batch.set(all.subarray(row * SIZE, (row + 1) * SIZE), i * SIZE);
  });
  augmentBatch(batch, SHAPE, rows, augmentation, { seed, epoch }, BACKGROUND);
  return batch;
}

describe('augmentation', () => {
  it('gives a sample the same image in whatever batch and order it comes', () => {
    const together = augmented([3, 8, 5]);
    const other = augmented([5, 1, 3]);
    expect(together.subarray(0, SIZE)).toEqual(other.subarray(2 * SIZE));
    expect(together.subarray(2 * SIZE)).toEqual(other.subarray(0, SIZE));
  });

  it('gives a sample another image in another epoch and under another seed', () => {
    expect(augmented([3])).not.toEqual(augmented([3], EVERYTHING, 1));
    expect(augmented([3])).not.toEqual(augmented([3], EVERYTHING, 0, 2));
  });

  it('moves whole images by whole pixels when it only shifts, and fills with the background', () => {
    const original = images(10).subarray(4 * SIZE, 5 * SIZE);
    const shifted = augmented([4], { shift: 2, rotate: 0, cutout: 0 });
    const agreements = [];
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) agreements.push(isShifted(original, shifted, dx, dy));
    }
    expect(agreements.filter(Boolean)).toHaveLength(1);
  });

  it('uses every shift in its range', () => {
    const original = images(1);
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 200; epoch++) {
      const shifted = augmented([0], { shift: 1, rotate: 0, cutout: 0 }, epoch);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) if (isShifted(original, shifted, dx, dy)) seen.add(`${dx},${dy}`);
      }
    }
    expect(seen.size).toBe(9);
  });

  it('rotates a straight line by no more than the angle asked for, and leaves the centre in place', () => {
    const shape = { channels: 1, height: 21, width: 21 };
    for (let epoch = 0; epoch < 20; epoch++) {
      const image = new Float32Array(21 * 21);
      for (let y = 0; y < 21; y++) image[y * 21 + 10] = 1;
      augmentBatch(image, shape, [0], { shift: 0, rotate: 20, cutout: 0 }, { seed: 5, epoch }, [0]);
      const offset = weightedColumn(image, 0) - 10;
      const angle = (Math.atan2(Math.abs(offset), 10) * 180) / Math.PI;
      expect(angle).toBeLessThan(21);
      expect(weightedColumn(image, 10)).toBeCloseTo(10, 1);
    }
  });

  it('sets a square of at most the side asked for to the mean in every channel', () => {
    const original = images(10).subarray(2 * SIZE, 3 * SIZE);
    const cut = augmented([2], { shift: 0, rotate: 0, cutout: 3 });
    const plane = SHAPE.height * SHAPE.width;
    const changed = [...cut.keys()].filter((i) => cut[i] !== original[i]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(9 * SHAPE.channels);
    expect(changed.every((i) => cut[i] === 0)).toBe(true);
    const inFirst = changed.filter((i) => i < plane);
    expect(changed.filter((i) => i >= plane).map((i) => i - plane)).toEqual(inFirst);
  });

  it('changes nothing when nothing is asked for', () => {
    expect(augmented([0, 1], { shift: 0, rotate: 0, cutout: 0 })).toEqual(images(10).subarray(0, 2 * SIZE));
  });
});

function isShifted(original: Float32Array, shifted: Float32Array, dx: number, dy: number): boolean {
  for (let channel = 0; channel < SHAPE.channels; channel++) {
    for (let y = 0; y < SHAPE.height; y++) {
      for (let x = 0; x < SHAPE.width; x++) {
        const inside = y - dy >= 0 && y - dy < SHAPE.height && x - dx >= 0 && x - dx < SHAPE.width;
        const plane = channel * SHAPE.height;
        const expected = inside ? original[(plane + y - dy) * SHAPE.width + x - dx] : BACKGROUND[channel];
        if (shifted[(plane + y) * SHAPE.width + x] !== expected) return false;
      }
    }
  }
  return true;
}

/** The mean column of a row's brightness. */
function weightedColumn(image: Float32Array, row: number): number {
  let sum = 0;
  let total = 0;
  for (let x = 0; x < 21; x++) {
    sum += x * image[row * 21 + x]!;
    total += image[row * 21 + x]!;
  }
  return sum / total;
}
