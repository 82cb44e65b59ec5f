import type { Box } from './frame.ts';

/** A dot that wants a label beside it. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface PlacedLabel extends Labelled {
  readonly textX: number;
  readonly textY: number;
  readonly anchor: 'start' | 'middle' | 'end';
  /** Far enough from its dot to need a line. */
  readonly leader: boolean;
}

/** Of the style sheet's label text, in the figure's units. */
const CHARACTER_WIDTH = 6.3;
const LINE_HEIGHT = 13;
const DOT = 8;

const DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const;

/** Distances from the dot that are tried, nearest first. */
const REACHES = [11, 20, 32, 46, 64];

/**
 * Puts each label where it overlaps dots, labels placed before and the edges least; among equals the nearest place. Greedy, in
 * the order given, so the important ones should come first.
 */
export function placeLabels(points: readonly Labelled[], bounds: Box): readonly PlacedLabel[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - DOT, top: y - DOT, width: 2 * DOT, height: 2 * DOT }));
  return points.map((point) => {
    let best: { readonly label: PlacedLabel; readonly box: Box; readonly cost: number } | undefined;
    for (const reach of REACHES) {
      for (const [right, down] of DIRECTIONS) {
        const candidate = candidateAt(point, right * reach, down * reach, reach > REACHES[1]!);
        const cost = overlapCost(candidate.box, taken, bounds) + reach / 10;
        if (best === undefined || cost < best.cost) best = { ...candidate, cost };
      }
    }
    taken.push(best!.box);
    return best!.label;
  });
}

function candidateAt(point: Labelled, dx: number, dy: number, leader: boolean): { label: PlacedLabel; box: Box } {
  const width = CHARACTER_WIDTH * point.text.length;
  const anchor = dx > 0 ? 'start' : dx < 0 ? 'end' : 'middle';
  const textX = point.x + dx;
  const middle = point.y + dy;
  const left = anchor === 'start' ? textX : anchor === 'end' ? textX - width : textX - width / 2;
  return {
    label: { ...point, textX, textY: middle + 4, anchor, leader },
    box: { left, top: middle - LINE_HEIGHT / 2, width, height: LINE_HEIGHT },
  };
}

function overlapCost(box: Box, taken: readonly Box[], bounds: Box): number {
  const area = box.width * box.height;
  const inside = overlap(box, bounds);
  return taken.reduce((sum, other) => sum + overlap(box, other), 0) + 10 * (area - inside);
}

function overlap(a: Box, b: Box): number {
  const wide = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const tall = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return wide > 0 && tall > 0 ? wide * tall : 0;
}
