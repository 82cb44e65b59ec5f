import { scaleLinear } from 'd3-scale';
import { pValue, signedPoints } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import type { ReportComparison } from '../report-data.ts';
import { verdictOn } from '../standing.ts';
import { figure, px } from './frame.ts';

const WIDTH = 840;
const ROW = 26;
const PLOT = { left: 170, top: 30, width: 430 };

/**
 * A row per test set: the difference of accuracies as a dot, its 95 % interval as a line, zero as the line to cross.
 * @param comparisons of one pair of subjects
 */
export function differences(comparisons: readonly ReportComparison[]): Markup {
  const height = PLOT.top + ROW * comparisons.length + 40;
  const ends = comparisons.flatMap(({ result }) => [result.interval.low, result.interval.high]);
  const x = scaleLinear()
    .domain([Math.min(-0.001, ...ends), Math.max(0.001, ...ends)])
    .nice(6)
    .range([PLOT.left, PLOT.left + PLOT.width]);
  const floor = PLOT.top + ROW * comparisons.length;
  const ticks = x.ticks(6).map(
    (
      tick,
    ) => markup`<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${px(x(tick))}" x2="${px(x(tick))}" y1="${PLOT.top - 6}" y2="${floor}"/>
<text class="tick" x="${px(x(tick))}" y="${floor + 15}" text-anchor="middle">${signedPoints(tick).replace(/\.?0+$/, '')}</text>`,
  );
  const rows = comparisons.map((comparison, i) => row(comparison, PLOT.top + ROW * (i + 0.5), x));
  const label = comparisons.map((one) => `${one.testSet} ${signedPoints(one.result.difference)} points`).join(', ');
  return figure(WIDTH, height, `Differences of accuracy: ${label}`, [
    ...ticks,
    markup`<text class="note" x="${px(x(0) - 8)}" y="14" text-anchor="end">worse</text>
<text class="note" x="${px(x(0) + 8)}" y="14">better</text>`,
    ...rows,
    markup`<text class="axis-title" x="${PLOT.left + PLOT.width / 2}" y="${height - 6}" text-anchor="middle">difference in percentage points</text>`,
  ]);
}

function row(comparison: ReportComparison, y: number, x: (value: number) => number): Markup {
  const { result, testSet } = comparison;
  const { low, high } = result.interval;
  const summary = `${signedPoints(result.difference)} (${signedPoints(low)} to ${signedPoints(high)}), ${pValue(result.pValue)}`;
  return markup`<g class="${verdictOn(comparison)}"><title>${testSet}: ${summary}; right where the other is wrong ${result.onlyFirst} times, the reverse ${result.onlySecond} times</title>
<text class="label" x="${PLOT.left - 14}" y="${px(y + 4)}" text-anchor="end">${testSet}</text>
<line class="interval" x1="${px(x(low))}" x2="${px(x(high))}" y1="${px(y)}" y2="${px(y)}"/>
<circle class="estimate" cx="${px(x(result.difference))}" cy="${px(y)}" r="4.5"/>
<text class="label" x="${PLOT.left + PLOT.width + 16}" y="${px(y + 4)}">${summary}</text></g>`;
}
