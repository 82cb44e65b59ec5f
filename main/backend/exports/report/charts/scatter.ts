import { scaleLinear } from 'd3-scale';
import { symbol, symbolCircle, symbolDiamond, symbolStar } from 'd3-shape';
import { percent } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportData } from '../report-data.ts';
import { meanAccuracy, ofKind, type SubjectKind, subjectsOf } from '../standing.ts';
import { figure, px, tickLabel, zoomedRange } from './frame.ts';
import { type PlacedLabel, placeLabels } from './place-labels.ts';

const WIDTH = 840;
const HEIGHT = 460;
const PLOT = { left: 74, top: 16, width: WIDTH - 98, height: HEIGHT - 70 };

const SYMBOLS = {
  ingredient: symbol(symbolCircle, 80)() ?? '',
  soup: symbol(symbolStar, 190)() ?? '',
  ensemble: symbol(symbolDiamond, 170)() ?? '',
} as const satisfies Record<SubjectKind, string>;

const LOOKS = { ingredient: 'ingredient', soup: 'soup-1', ensemble: 'ensemble-1' } as const satisfies Record<
  SubjectKind,
  string
>;

/** A labelled point per subject is readable up to here; beyond, ingredients keep their hover titles only. */
const MOST_LABELS = 24;

interface Point {
  readonly name: string;
  readonly kind: SubjectKind;
  readonly clean: number;
  readonly shifted: number;
}

/**
 * Accuracy on the clean test sets against the mean over the shifted ones (Wortsman et al. 2022, figure 1): ingredients are dots,
 * soups stars, ensembles diamonds. Undefined when either kind of test set is missing.
 */
export function scatter(data: ReportData): Markup | undefined {
  const points = pointsOf(data);
  if (points.length === 0) return undefined;
  const x = scaleLinear()
    .domain(
      zoomedRange(
        points.map((point) => point.clean),
        0.004,
      ),
    )
    .range([PLOT.left, PLOT.left + PLOT.width]);
  const y = scaleLinear()
    .domain(
      zoomedRange(
        points.map((point) => point.shifted),
        0.004,
      ),
    )
    .range([PLOT.top + PLOT.height, PLOT.top]);
  const label = `Accuracy on clean against shifted test sets: ${points.map(describe).join('; ')}`;
  // Soups and ensembles last: they lie on top of the dots.
  const marks = points.map(
    (point) =>
      markup`<path class="mark ${LOOKS[point.kind]}" transform="translate(${px(x(point.clean))} ${px(y(point.shifted))})" d="${SYMBOLS[point.kind]}"><title>${describe(point)}</title></path>`,
  );
  const named = points.length > MOST_LABELS ? points.filter((point) => point.kind !== 'ingredient') : points;
  const labels = placeLabels(
    named.toReversed().map((point) => ({ x: x(point.clean), y: y(point.shifted), text: point.name })),
    PLOT,
  );
  return figure(WIDTH, HEIGHT, label, [
    ...axes(x, y, data),
    ...labels.filter((one) => one.leader).map(leader),
    ...marks,
    ...labels.map(drawLabel),
  ]);
}

function pointsOf(data: ReportData): readonly Point[] {
  const clean = ofKind(data, 'clean');
  const shifted = ofKind(data, 'shifted');
  return subjectsOf(data).flatMap((subject) => {
    const cleanMean = meanAccuracy(subject, clean);
    const shiftedMean = meanAccuracy(subject, shifted);
    if (cleanMean === undefined || shiftedMean === undefined) return [];
    return [{ name: subject.name, kind: subject.kind, clean: cleanMean, shifted: shiftedMean }];
  });
}

function describe(point: Point): string {
  return `${point.name} (${point.kind}): clean ${percent(point.clean)}, shifted ${percent(point.shifted)}`;
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function axes(x: Scale, y: Scale, data: ReportData): readonly Markup[] {
  const floor = PLOT.top + PLOT.height;
  const xTicks = x.ticks(7);
  const yTicks = y.ticks(6);
  const step = (ticks: readonly number[]): number => (ticks.length > 1 ? ticks[1]! - ticks[0]! : 0.01);
  const shifted = ofKind(data, 'shifted').length;
  return [
    ...xTicks.map(
      (tick) => markup`<line class="grid" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${PLOT.top}" y2="${floor}"/>
<text class="tick" x="${px(x(tick))}" y="${floor + 17}" text-anchor="middle">${tickLabel(tick, step(xTicks))}</text>`,
    ),
    ...yTicks.map(
      (
        tick,
      ) => markup`<line class="grid" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>
<text class="tick" x="${PLOT.left - 8}" y="${px(y(tick) + 3.5)}" text-anchor="end">${tickLabel(tick, step(yTicks))}</text>`,
    ),
    markup`<path class="axis" d="M${PLOT.left} ${PLOT.top}V${floor}H${PLOT.left + PLOT.width}"/>`,
    markup`<text class="axis-title" x="${PLOT.left + PLOT.width / 2}" y="${HEIGHT - 10}" text-anchor="middle">accuracy on ${ofKind(
      data,
      'clean',
    )
      .map((set) => set.name)
      .join(', ')}</text>`,
    markup`<text class="axis-title" transform="translate(16 ${PLOT.top + PLOT.height / 2}) rotate(-90)" text-anchor="middle">mean accuracy on ${shifted} shifted ${shifted === 1 ? 'set' : 'sets'}</text>`,
  ];
}

function drawLabel(label: PlacedLabel): Markup {
  return markup`<text class="label" x="${px(label.textX)}" y="${px(label.textY)}" text-anchor="${label.anchor}">${label.text}</text>`;
}

function leader(label: PlacedLabel): Markup {
  return markup`<line class="leader" x1="${px(label.x)}" y1="${px(label.y)}" x2="${px(label.textX)}" y2="${px(label.textY - 4)}"/>`;
}
