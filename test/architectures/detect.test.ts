import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArchitectureSpec } from '../../main/architectures/architecture.ts';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { type Detection, type DetectionHint, detectArchitecture } from '../../main/architectures/detect.ts';

interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

function tensorsOf(spec: ArchitectureSpec): readonly NamedShape[] {
  return buildArchitecture(spec).parameters.map(({ name, shape }) => ({ name, shape }));
}

function detectSpec(spec: ArchitectureSpec, hint?: DetectionHint): Detection {
  return detectArchitecture(tensorsOf(spec), hint);
}

const cnn = {
  family: 'cnn',
  inputShape: [1, 28, 28],
  channels: [16, 32],
  hidden: 32,
  classes: 10,
} as const satisfies ArchitectureSpec;

describe('detecting an architecture from a state dict', () => {
  for (const depth of [18, 34, 50, 101, 152] as const) {
    it(`tells resnet${depth}, and assumes ImageNet's image size`, () => {
      const found = detectSpec({ family: 'resnet', depth, inputShape: [4, 64, 64], classes: 17 });
      expect(found).toMatchObject({
        kind: 'found',
        spec: { family: 'resnet', depth, inputShape: [4, 224, 224], classes: 17 },
      });
      expect(found.kind === 'found' && found.notes).toHaveLength(1);
    });
  }

  it('takes the image size of a resnet from the caller', () => {
    const spec = { family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 } as const;
    expect(detectSpec(spec, { inputShape: [3, 32, 32] })).toEqual({ kind: 'found', spec, notes: [], alternatives: [] });
  });

  it('derives the image size of a cnn, the usual one first, and offers those that halve to the same', () => {
    const found = detectSpec(cnn);
    expect(found).toMatchObject({ kind: 'found', spec: cnn });
    const sizes = found.kind === 'found' ? found.alternatives.map(({ inputShape }) => inputShape) : [];
    expect(sizes).toEqual([
      [1, 29, 29],
      [1, 30, 30],
      [1, 31, 31],
    ]);
  });

  it('derives the image size of a cnn without a hidden layer from its classifier', () => {
    const spec = { ...cnn, inputShape: [3, 32, 32], hidden: 0 };
    expect(detectSpec(spec)).toMatchObject({ kind: 'found', spec });
  });

  it('offers rectangles for a cnn whose features fill no square', () => {
    const found = detectSpec({ ...cnn, inputShape: [1, 8, 24] });
    expect(found).toMatchObject({ kind: 'found', spec: { inputShape: [1, 12, 16] } });
  });

  it('takes the input of an mlp for a square image where it can be one', () => {
    const mlp = { family: 'mlp', inputShape: [3, 32, 32], hidden: [64, 32], classes: 10 } as const;
    const found = detectSpec(mlp);
    expect(found).toMatchObject({ kind: 'found', spec: mlp, alternatives: [{ ...mlp, inputShape: [3072] }] });
    const vector = { ...mlp, inputShape: [13] };
    expect(detectSpec(vector)).toEqual({ kind: 'found', spec: vector, notes: [], alternatives: [] });
  });

  it('recognises whatever the zoo builds, when told the input shape', () => {
    const side = fc.integer({ min: 8, max: 40 });
    const width = fc.integer({ min: 1, max: 20 });
    const specs = fc.oneof(
      fc.record({
        family: fc.constant('cnn' as const),
        inputShape: fc.tuple(width, side, side),
        channels: fc.array(width, { minLength: 1, maxLength: 3 }),
        hidden: fc.integer({ min: 0, max: 20 }),
        classes: width,
      }),
      fc.record({
        family: fc.constant('mlp' as const),
        inputShape: fc.array(width, { minLength: 1, maxLength: 3 }),
        hidden: fc.array(width, { maxLength: 4 }),
        classes: width,
      }),
    );
    fc.assert(
      fc.property(specs, (spec) => {
        expect(detectSpec(spec, { inputShape: spec.inputShape })).toMatchObject({ kind: 'found', spec });
        const unaided = detectSpec(spec);
        expect(unaided.kind).toBe('found');
        if (unaided.kind !== 'found') return;
        for (const candidate of [unaided.spec, ...unaided.alternatives]) {
          expect(tensorsOf(candidate)).toEqual(tensorsOf(spec));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does without the counters that older checkpoints lack', () => {
    const tensors = tensorsOf(cnn).filter(({ name }) => !name.endsWith('num_batches_tracked'));
    expect(detectArchitecture(tensors)).toMatchObject({ kind: 'found', spec: cnn });
  });

  it('lists how a state dict differs from the architecture that it resembles', () => {
    const tensors = tensorsOf({ family: 'resnet', depth: 18, inputShape: [3, 32, 32], classes: 10 })
      .filter(({ name }) => name !== 'bn1.bias')
      .map(({ name, shape }) => ({ name, shape: name === 'layer1.0.conv1.weight' ? [96, 64, 3, 3] : shape }));
    expect(detectArchitecture([...tensors, { name: 'extra.weight', shape: [1] }])).toEqual({
      kind: 'unknown',
      reasons: [
        'Not resnet18: bn1.bias is missing',
        'Not resnet18: layer1.0.conv1.weight is [96, 64, 3, 3], not [64, 64, 3, 3]',
        'Not resnet18: extra.weight is not part of it',
      ],
    });
  });

  it('recognises nothing in foreign, empty or degenerate state dicts', () => {
    const states: readonly (readonly NamedShape[])[] = [
      [],
      [{ name: 'encoder.layer.0.weight', shape: [2, 2] }],
      [
        { name: 'conv1.weight', shape: [2, 1, 3, 3] },
        { name: 'bn1.weight', shape: [2] },
        { name: 'classifier.weight', shape: [3, 7] },
      ],
      [{ name: 'classifier.weight', shape: [2 ** 30, 2 ** 30] }],
    ];
    for (const tensors of states) {
      const found = detectArchitecture(tensors);
      expect(found.kind).toBe('unknown');
      expect(found.kind === 'unknown' && found.reasons.length).toBeGreaterThan(0);
    }
  });
});
