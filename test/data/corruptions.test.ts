import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageShape, Severity } from '../../main/data/corruptions/corruption.ts';
import { CORRUPTION_KINDS, CORRUPTIONS, type CorruptionKind, corruptImage } from '../../main/data/corruptions/index.ts';
import { poisson } from '../../main/data/corruptions/poisson.ts';
import { Random } from '../../main/random.ts';

const SEVERITIES: readonly Severity[] = [1, 2, 3, 4, 5];

/** Strokes on black, as digits are, with grey edges. */
function strokes(shape: ImageShape, seed: number): Uint8Array {
  const random = new Random(seed, 'strokes');
  const image = new Uint8Array(shape.channels * shape.height * shape.width);
  for (let channel = 0; channel < shape.channels; channel++) {
    for (let stroke = 0; stroke < 3; stroke++) {
      let y = random.between(0.3, 0.7) * shape.height;
      let x = random.between(0.3, 0.7) * shape.width;
      const down = random.between(-1, 1);
      const right = random.between(-1, 1);
      for (let step = 0; step < 0.4 * Math.min(shape.height, shape.width); step++, y += down, x += right) {
        const at = (channel * shape.height + Math.floor(y)) * shape.width + Math.floor(x);
        if (at >= 0 && at + 1 < image.length) {
          image[at] = 255;
          image[at + 1] = Math.max(image[at + 1]!, 128);
        }
      }
    }
  }
  return image;
}

function damaged(
  kind: CorruptionKind,
  severity: Severity,
  image: Uint8Array,
  shape: ImageShape,
  row = 0,
  seed = 1,
): Uint8Array {
  const target = new Uint8Array(image.length).fill(77);
  corruptImage({ kind, severity, seed }, row, image, shape, target);
  return target;
}

const DIGIT: ImageShape = { channels: 1, height: 28, width: 28 };
const PHOTO: ImageShape = { channels: 3, height: 20, width: 33 };

/** Beginning of the SHA-256 over all severities of a digit and a colour image of odd size. */
const GOLDEN: Readonly<Record<CorruptionKind, string>> = {
  'gaussian-noise': 'ab5ba7b2df0e3fc5',
  'shot-noise': '27ba0f4370df7ef6',
  'impulse-noise': 'eb9991a1bdc20cf5',
  blur: '9a784838fd9b7389',
  contrast: 'fc102a190b7a1d30',
  brightness: 'e6302f2b46c569db',
  rotation: '596b042ea411a451',
  translation: 'd9726a918925522d',
  pixelate: 'ad88fb0896f00262',
  elastic: 'a4493a973ed93418',
};

function digestOf(kind: CorruptionKind): string {
  const hash = createHash('sha256');
  for (const severity of SEVERITIES) {
    for (const shape of [DIGIT, PHOTO]) hash.update(damaged(kind, severity, strokes(shape, 3), shape, 12, 5));
  }
  return hash.digest('hex').slice(0, 16);
}

describe.each(CORRUPTION_KINDS)('%s', (kind) => {
  it('gives the same bytes on every machine', () => {
    expect(digestOf(kind)).toBe(GOLDEN[kind]);
  });

  it('does not touch the image it is given', () => {
    const image = strokes(DIGIT, 4);
    const before = image.slice();
    damaged(kind, 3, image, DIGIT);
    expect(image).toEqual(before);
  });

  it('damages more the higher the severity', () => {
    const distances = SEVERITIES.map((severity) => {
      let sum = 0;
      for (let row = 0; row < 60; row++) {
        const image = strokes(DIGIT, row);
        damaged(kind, severity, image, DIGIT, row).forEach((byte, i) => {
          sum += (byte - image[i]!) ** 2;
        });
      }
      return sum;
    });
    expect(distances[0]).toBeGreaterThan(0);
    expect(distances.toSorted((a, b) => a - b)).toEqual(distances);
    expect(new Set(distances).size).toBe(5);
  });

  it('fills images of any size and number of channels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(...SEVERITIES),
        (channels, height, width, severity) => {
          const shape = { channels, height, width };
          const image = new Uint8Array(channels * height * width).fill(200);
          expect(damaged(kind, severity, image, shape)).toHaveLength(image.length);
          expect(damaged(kind, severity, image, shape)).toEqual(damaged(kind, severity, image, shape));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says what it is and where it comes from', () => {
    const { title, description, source, parameter } = CORRUPTIONS[kind];
    expect([title, description, source, parameter].every((text) => text.length > 3)).toBe(true);
  });
});

describe('randomness', () => {
  it.each(['gaussian-noise', 'shot-noise', 'impulse-noise', 'rotation', 'translation', 'elastic'] as const)(
    'of %s depends on the seed and the row',
    (kind) => {
      const image = strokes(DIGIT, 8);
      const variants = [
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [0, 2],
        [0, 3],
      ].map(([row, seed]) => damaged(kind, 3, image, DIGIT, row, seed).join());
      expect(new Set(variants).size).toBeGreaterThan(1);
    },
  );
});

describe('what corruptions do', () => {
  const image = strokes(DIGIT, 2);
  const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0);

  it('shot noise leaves black black', () => {
    damaged('shot-noise', 5, image, DIGIT).forEach((byte, i) => {
      if (image[i] === 0) expect(byte).toBe(0);
    });
  });

  it('blur and pixelate keep the amount of light', () => {
    // At severity 2 the large pixels are 2 × 2, so their averages keep the sum.
    for (const kind of ['blur', 'pixelate'] as const) {
      expect(Math.abs(sum(damaged(kind, 2, image, DIGIT)) / sum(image) - 1)).toBeLessThan(0.01);
    }
  });

  it('impulse noise replaces the share of values that its level says', () => {
    const grey = new Uint8Array(100_000).fill(128);
    const noisy = damaged('impulse-noise', 3, grey, { channels: 1, height: 250, width: 400 });
    const replaced = noisy.filter((byte) => byte !== 128);
    expect(replaced.length / noisy.length).toBeCloseTo(0.09, 2);
    expect(replaced.filter((byte) => byte === 255).length / replaced.length).toBeCloseTo(0.5, 1);
  });

  it('gaussian noise has the standard deviation of its level', () => {
    const grey = new Uint8Array(100_000).fill(128);
    const noisy = damaged('gaussian-noise', 1, grey, { channels: 1, height: 250, width: 400 });
    const variance = noisy.reduce((total, byte) => total + (byte - 128) ** 2, 0) / noisy.length;
    expect(Math.sqrt(variance) / 255).toBeCloseTo(0.08, 3);
  });

  it('translation moves whole pixels and invents none', () => {
    const dot = new Uint8Array(784);
    dot[14 * 28 + 14] = 200;
    const moved = damaged('translation', 3, dot, DIGIT);
    expect(sum(moved)).toBe(200);
    const at = moved.indexOf(200);
    expect([Math.abs(Math.floor(at / 28) - 14), Math.abs((at % 28) - 14)]).toEqual([3, 3]);
  });

  it('brightness keeps hue: the ratios of the colours', () => {
    const colour = Uint8Array.of(100, 50, 20);
    const brighter = damaged('brightness', 2, colour, { channels: 3, height: 1, width: 1 });
    expect([...brighter]).toEqual([151, 76, 30]);
  });
});

describe('Poisson numbers', () => {
  it.each([0, 0.3, 3, 25, 60, 64, 200])('of mean %f have this mean and variance', (mean) => {
    const random = new Random(3, 'poisson', mean);
    const count = 40_000;
    const drawn = Float64Array.from({ length: count }, () => poisson(mean, random));
    const found = drawn.reduce((sum, value) => sum + value, 0) / count;
    const variance = drawn.reduce((sum, value) => sum + (value - found) ** 2, 0) / count;
    expect(Math.abs(found - mean)).toBeLessThanOrEqual(4 * Math.sqrt(mean / count));
    expect(Math.abs(variance - mean)).toBeLessThanOrEqual(0.04 * mean);
  });
});
