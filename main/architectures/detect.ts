import type { ArchitectureSpec } from './architecture.ts';
import { architectureFaults } from './architecture-schema.ts';
import { architectureName, buildArchitecture } from './build.ts';
import { elementCount } from './graph-builder.ts';
import { type ResnetSpec, resnetDepthOf } from './resnet.ts';

export type Detection =
  | {
      readonly kind: 'found';
      readonly spec: ArchitectureSpec;
      /** What the tensors leave open and how it was decided. */
      readonly notes: readonly string[];
      /** Other specs with the very same tensors: they differ in the input shape only. */
      readonly alternatives: readonly ArchitectureSpec[];
    }
  /** One line per family that was recognised but does not fit, or a single line when none was. */
  | { readonly kind: 'unknown'; readonly reasons: readonly string[] };

/** What the caller knows beside the tensors, such as the shape of its images. */
export interface DetectionHint {
  readonly inputShape?: readonly number[];
}

type Shapes = ReadonlyMap<string, readonly number[]>;

/** Specs that would explain the tensors, the likeliest first. */
interface Guess {
  readonly specs: readonly ArchitectureSpec[];
  readonly notes: readonly string[];
}

/** Sides that images usually have; among sides that fit equally well these are taken first. */
const USUAL_SIDES = [28, 32, 64, 96, 128, 224, 256, 384, 512];
const RESNET_SIDE = 224;
const LARGEST_PLAUSIBLE_SIDE = 4096;

/**
 * The zoo's architecture that a state dict belongs to, by the names and shapes of its tensors. A state dict is only
 * recognised when every tensor fits; counters (`num_batches_tracked`) may be absent.
 */
export function detectArchitecture(
  tensors: Iterable<{ readonly name: string; readonly shape: readonly number[] }>,
  hint: DetectionHint = {},
): Detection {
  const shapes: Shapes = new Map(Array.from(tensors, ({ name, shape }) => [name, shape]));
  const guess = guessResnet(shapes, hint) ?? guessCnn(shapes, hint) ?? guessMlp(shapes, hint);
  if (guess === undefined) {
    return { kind: 'unknown', reasons: ['The tensor names are those of no mlp, cnn or resnet of the zoo'] };
  }
  const likeliest = guess.specs[0];
  if (likeliest === undefined) return { kind: 'unknown', reasons: guess.notes };
  const faults = architectureFaults(likeliest);
  if (faults.length > 0) return { kind: 'unknown', reasons: faults };
  const differences = differencesFrom(likeliest, shapes);
  if (differences.length > 0) {
    const name = architectureName(likeliest);
    return { kind: 'unknown', reasons: differences.map((difference) => `Not ${name}: ${difference}`) };
  }
  return { kind: 'found', spec: likeliest, notes: guess.notes, alternatives: guess.specs.slice(1) };
}

function guessResnet(shapes: Shapes, hint: DetectionHint): Guess | undefined {
  const stem = shapeOf(shapes, 'conv1.weight', 4);
  const head = shapeOf(shapes, 'fc.weight', 2);
  if (stem === undefined || head === undefined || !shapes.has('layer1.0.conv1.weight')) return undefined;
  const blocks = [1, 2, 3, 4].map((stage) =>
    countFrom(0, (block) => shapes.has(`layer${stage}.${block}.conv1.weight`)),
  );
  const depth = resnetDepthOf(blocks, shapes.has('layer1.0.conv3.weight'));
  if (depth === undefined) return undefined;
  const inputShape = hint.inputShape ?? [stem[1]!, RESNET_SIDE, RESNET_SIDE];
  const spec: ResnetSpec = { family: 'resnet', depth, inputShape, classes: head[0]! };
  const notes =
    hint.inputShape === undefined
      ? [`A ResNet takes images of any size; ${RESNET_SIDE} × ${RESNET_SIDE} is assumed, as in ImageNet training`]
      : [];
  return { specs: [spec], notes };
}

function guessCnn(shapes: Shapes, hint: DetectionHint): Guess | undefined {
  const blocks = countFrom(1, (block) => shapes.has(`conv${block}.weight`) && shapes.has(`bn${block}.weight`));
  const first = shapeOf(shapes, 'conv1.weight', 4);
  const classifier = shapeOf(shapes, 'classifier.weight', 2);
  if (blocks === 0 || first === undefined || classifier === undefined) return undefined;
  const channels = Array.from({ length: blocks }, (_, index) => shapes.get(`conv${index + 1}.weight`)![0]!);
  const hiddenLayer = shapeOf(shapes, 'fc1.weight', 2);
  const positions = (hiddenLayer ?? classifier)[1]! / channels.at(-1)!;
  const sizes = hint.inputShape === undefined ? imageSizes(positions, blocks) : [hint.inputShape.slice(1)];
  const specs = sizes.map(
    (size): ArchitectureSpec => ({
      family: 'cnn',
      inputShape: [first[1]!, ...size],
      channels,
      hidden: hiddenLayer?.[0] ?? 0,
      classes: classifier[0]!,
    }),
  );
  if (specs.length === 0) {
    const layer = hiddenLayer === undefined ? 'classifier' : 'fc1';
    return { specs, notes: [`No image leaves what ${layer}.weight takes after ${blocks} halvings of its size`] };
  }
  const notes =
    specs.length > 1 ? [`${specs.length} image sizes lead to these tensors; ${sizes[0]!.join(' × ')} is assumed`] : [];
  return { specs, notes };
}

/**
 * Image sizes of which `blocks` halvings, each rounded down, leave `positions` pixels: squares if there are any, usual
 * sides first and then the smallest; otherwise rectangles, those nearest to a square first.
 */
function imageSizes(positions: number, blocks: number): readonly (readonly [number, number])[] {
  if (!Number.isInteger(positions)) return [];
  const scale = 2 ** blocks;
  const side = Math.sqrt(positions);
  if (side * scale > LARGEST_PLAUSIBLE_SIDE) return [];
  if (Number.isInteger(side)) {
    const sides = Array.from({ length: scale }, (_, offset) => side * scale + offset);
    const usual = sides.filter((size) => USUAL_SIDES.includes(size));
    return [...new Set([...usual, ...sides])].map((size) => [size, size]);
  }
  const heights = Array.from({ length: Math.floor(side) }, (_, index) => Math.floor(side) - index);
  return heights
    .filter((height) => positions % height === 0)
    .flatMap((height): [number, number][] => {
      const width = positions / height;
      return [
        [height * scale, width * scale],
        [width * scale, height * scale],
      ];
    });
}

function guessMlp(shapes: Shapes, hint: DetectionHint): Guess | undefined {
  const layers = countFrom(1, (layer) => shapes.has(`fc${layer}.weight`));
  const classifier = shapeOf(shapes, 'classifier.weight', 2);
  if (classifier === undefined) return undefined;
  const hidden = Array.from({ length: layers }, (_, index) => shapes.get(`fc${index + 1}.weight`)![0]!);
  const inputs = (shapeOf(shapes, 'fc1.weight', 2) ?? classifier)[1]!;
  const inputShapes = hint.inputShape === undefined ? flattenedShapes(inputs) : [hint.inputShape];
  const specs = inputShapes.map(
    (inputShape): ArchitectureSpec => ({ family: 'mlp', inputShape, hidden, classes: classifier[0]! }),
  );
  const notes = specs.length > 1 ? [`It takes ${inputs} numbers; [${inputShapes[0]!.join(', ')}] is assumed`] : [];
  return { specs, notes };
}

/** Shapes that flatten to `count` numbers: a square grey or RGB image where there is one, else a plain vector. */
function flattenedShapes(count: number): readonly (readonly number[])[] {
  const images = [1, 3]
    .map((channels) => [channels, Math.sqrt(count / channels), Math.sqrt(count / channels)])
    .filter((shape) => Number.isInteger(shape[1]) && shape[1]! > 1);
  return [...images, [count]];
}

/** How the tensors differ from those of a spec. */
function differencesFrom(spec: ArchitectureSpec, shapes: Shapes): readonly string[] {
  const { parameters } = buildArchitecture(spec);
  const expected = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const differences: string[] = [];
  for (const { name, shape, inGraph } of parameters) {
    const found = shapes.get(name);
    if (found === undefined) {
      if (inGraph) differences.push(`${name} is missing`);
    } else if (found.join() !== shape.join()) {
      differences.push(`${name} is [${found.join(', ')}], not [${shape.join(', ')}]`);
    }
  }
  for (const name of shapes.keys()) if (!expected.has(name)) differences.push(`${name} is not part of it`);
  return differences;
}

/** The shape of a tensor, if it has as many dimensions as asked for and is not empty. */
function shapeOf(shapes: Shapes, name: string, rank: number): readonly number[] | undefined {
  const shape = shapes.get(name);
  return shape?.length === rank && elementCount(shape) > 0 ? shape : undefined;
}

/** How many consecutive numbers from `start` on satisfy `holds`. */
function countFrom(start: number, holds: (index: number) => boolean): number {
  let index = start;
  while (holds(index)) index++;
  return index - start;
}
