import { scaleLinear } from 'd3-scale';
import { wilsonInterval } from '../../../../metrics/interval.ts';
import { percent, percentNumber } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportData, ReportTestSet } from '../report-data.ts';
import { accuracy, ingredientAccuracies, mean } from '../standing.ts';
import { figure, px, tickLabel, zoomedRange } from './frame.ts';

interface Bar {
  readonly name: string;
  /** The colour's class in the style sheet. */
  readonly look: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly whisker: string;
}

const LEAST_WIDTH = 268;
/** Room for a value above a bar. */
const LEAST_SLOT = 35;
const HEIGHT = 214;
const PLOT = { left: 46, right: 8, top: 46, height: HEIGHT - 66 };
/** Values stand in a row above the plot: on the bars they would cover the intervals. */
const VALUES_Y = 34;

/** Looks of the soups and of the ensembles, in order; later ones take the last. */
const SOUP_LOOKS = ['soup-1', 'soup-2', 'soup-3', 'soup-4'];
const ENSEMBLE_LOOKS = ['ensemble-1', 'ensemble-2'];

export interface LegendEntry {
  readonly name: string;
  readonly look: string;
}

/**
 * One panel per test set with bars for the average ingredient, each soup and each ensemble. A panel has its own axis, so that
 * differences of a tenth of a point show beside test sets that are thirty points apart; where it doesn't begin at zero the bars'
 * feet are cut and the panel says so.
 */
export function groupedBars(data: ReportData): readonly Markup[] {
  const width = Math.max(LEAST_WIDTH, PLOT.left + PLOT.right + LEAST_SLOT * barLegend(data).length);
  return data.testSets.flatMap((set) => {
    const bars = barsOf(data, set);
    return bars.length === 0 ? [] : [panel(set, bars, width)];
  });
}

export function barLegend(data: ReportData): readonly LegendEntry[] {
  return [
    { name: 'Average ingredient', look: 'average' },
    ...data.soups.map((soup, i) => ({ name: soup.name, look: lookOf(SOUP_LOOKS, i) })),
    ...data.ensembles.map((one, i) => ({ name: one.name, look: lookOf(ENSEMBLE_LOOKS, i) })),
  ];
}

function lookOf(looks: readonly string[], index: number): string {
  return looks[Math.min(index, looks.length - 1)]!;
}

function barsOf(data: ReportData, set: ReportTestSet): readonly Bar[] {
  const singles = ingredientAccuracies(data, set.name);
  const average = mean(singles);
  const [averageEntry, ...others] = barLegend(data);
  const bars: Bar[] = [];
  if (average !== undefined) {
    const low = Math.min(...singles);
    const high = Math.max(...singles);
    bars.push({ ...averageEntry!, value: average, low, high, whisker: 'worst to best ingredient' });
  }
  [...data.soups, ...data.ensembles].forEach((subject, i) => {
    const score = subject.scores[set.name];
    if (score === undefined) return;
    const interval = wilsonInterval(score.correct, score.total);
    bars.push({ ...others[i]!, value: accuracy(score), ...interval, whisker: '95 % interval' });
  });
  return bars;
}

function panel(set: ReportTestSet, bars: readonly Bar[], width: number): Markup {
  const right = width - PLOT.right;
  const [low, high] = zoomedRange(
    bars.flatMap((bar) => [bar.value, bar.low, bar.high]),
    0.01,
  );
  const y = scaleLinear()
    .domain([low, high])
    .range([PLOT.top + PLOT.height, PLOT.top]);
  const floor = PLOT.top + PLOT.height;
  const ticks = y.ticks(4);
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 0.01;
  const slot = (right - PLOT.left) / bars.length;
  const cut = low > 0;
  const grid = ticks.map(
    (tick) => markup`<line class="grid" x1="${PLOT.left}" x2="${right}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>
<text class="tick" x="${PLOT.left - 5}" y="${px(y(tick) + 3.5)}" text-anchor="end">${tickLabel(tick, step)}</text>`,
  );
  const drawn = bars.map((bar, i) => drawBar(bar, PLOT.left + i * slot, slot, y, floor, cut));
  const label = `${set.name}: ${bars.map((bar) => `${bar.name} ${percent(bar.value)}`).join(', ')}`;
  const note = cut ? `axis begins at ${percent(low)}` : 'axis begins at 0';
  return figure(width, HEIGHT, label, [
    markup`<text class="panel-title" x="4" y="15">${set.name}<title>${set.description}</title></text>`,
    ...grid,
    ...drawn,
    markup`<line class="axis" x1="${PLOT.left}" x2="${right}" y1="${floor}" y2="${floor}"/>`,
    markup`<text class="note" x="${right}" y="${HEIGHT - 5}" text-anchor="end">${note}</text>`,
  ]);
}

function drawBar(
  bar: Bar,
  left: number,
  slot: number,
  y: (value: number) => number,
  floor: number,
  cut: boolean,
): Markup {
  const width = Math.min(44, 0.74 * slot);
  const x = left + (slot - width) / 2;
  const middle = left + slot / 2;
  const top = y(bar.value);
  const title = `${bar.name}: ${percent(bar.value)} (${bar.whisker} ${percent(bar.low)} to ${percent(bar.high)})`;
  const cap = Math.min(5, width / 4);
  return markup`<g><title>${title}</title>
<rect class="${bar.look}" x="${px(x)}" y="${px(top)}" width="${px(width)}" height="${px(floor - top)}"/>
${cut ? breakMark(x, width, floor) : undefined}
<path class="whisker" d="M${px(middle)} ${px(y(bar.low))}V${px(y(bar.high))}M${px(middle - cap)} ${px(y(bar.low))}h${px(2 * cap)}M${px(middle - cap)} ${px(y(bar.high))}h${px(2 * cap)}"/>
<text class="value" x="${px(middle)}" y="${VALUES_Y}" text-anchor="middle">${percentNumber(bar.value)}</text></g>`;
}

/** Two slanted lines in the page's colour across a bar's foot: the bar goes on further down than is shown. */
function breakMark(x: number, width: number, floor: number): Markup {
  const line = (y: number): string => `M${px(x - 2)} ${px(y)}L${px(x + width + 2)} ${px(y - 5)}`;
  return markup`<path class="break" d="${line(floor - 4)}${line(floor - 9)}"/>`;
}
