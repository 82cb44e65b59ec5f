import { describe, expect, test } from 'vitest';
import {
  type ChartData,
  cappedChart,
  csvOf,
  csvOfTable,
  type ParallelData,
  tableOf,
} from '../../../renderer/charts/chart-data.ts';
import { inkOf } from '../../../renderer/charts/figure.ts';
import { heatmapFigure } from '../../../renderer/charts/heatmap-figure.ts';
import { colorOf, markOf, patternOf } from '../../../renderer/charts/palette.ts';
import { parallelFigure } from '../../../renderer/charts/parallel-figure.ts';
import { pointsFigure } from '../../../renderer/charts/points-figure.ts';

const soup = { kind: 'soup', label: 'greedy, run 1', ordinal: 0 } as const;
const bars: ChartData = {
  title: 'Accuracy',
  kind: 'bars',
  x: { title: 'Set' },
  y: { title: 'Accuracy', unit: '%', format: '.2f' },
  series: [{ subject: soup, points: [{ x: 'clean', y: 99, interval: [98, 99.5], n: 10_000 }] }],
};

describe('the numbers of a chart', () => {
  test('are a table with units, intervals and n, and the same as CSV', () => {
    expect(tableOf(bars)).toEqual([
      ['Subject', 'Set', 'Accuracy (%)', 'Interval', 'n'],
      ['greedy, run 1', 'clean', '99', '98 – 99.5', '10,000'],
    ]);
    expect(csvOf({ ...bars, series: [{ subject: soup, points: [{ x: 'clean', y: 100 / 3, n: 10_000 }] }] })).toBe(
      'Subject,Set,Accuracy (%),n\r\n"greedy, run 1",clean,33.333333333333336,10000\r\n',
    );
    expect(csvOfTable([['a,b', 'say "x"']])).toBe('"a,b","say ""x"""\r\n');
  });

  test('are all in the table when they are too many to draw', () => {
    const points = Array.from({ length: 30_000 }, (_, x) => ({ x, y: x }));
    const many: ChartData = { ...bars, kind: 'lines', series: [{ subject: soup, points }] };
    const { data, left } = cappedChart(many);
    expect(left).toBe(10_000);
    expect((data as ChartData).series[0]!.points).toHaveLength(20_000);
    expect(tableOf(many)).toHaveLength(30_001);
  });
});

describe('a drawn chart', () => {
  test('gives a subject its own colour and mark, and kinds a hatching where there is no mark', () => {
    expect(colorOf(soup)).toBe(colorOf({ ...soup, label: 'renamed' }));
    expect([markOf(soup), patternOf(soup)]).toEqual(['star', '/']);
    expect([markOf({ ...soup, kind: 'ensemble' }), patternOf({ ...soup, kind: 'ingredient' })]).toEqual([
      'diamond',
      '',
    ]);
  });

  test('has whiskers around its bars, and lets the others step back from the one that stands out', () => {
    const { traces } = pointsFigure(bars, inkOf(false), 'another');
    expect(traces[0]).toMatchObject({ type: 'bar', error_y: { array: [0.5], arrayminus: [1] }, opacity: 0.22 });
    expect(pointsFigure(bars, inkOf(false), soup.label).traces[0]).toMatchObject({ opacity: 1 });
  });

  test('has series of one place side by side, a mark where one is given, and steps as a line', () => {
    const scatter = (points: ChartData['series'][number]['points']): ChartData => ({
      ...bars,
      kind: 'scatter',
      series: [{ subject: soup, points, mark: 'x' }],
    });
    const { traces, layout } = pointsFigure(scatter([{ x: 'clean', y: 1 }]), inkOf(false), undefined);
    expect(layout).toMatchObject({ scattermode: 'group' });
    expect(traces[0]).toMatchObject({ mode: 'markers', marker: { symbol: 'x' } });
    const numbered = scatter([{ x: 1, y: 1 }]);
    expect(pointsFigure(numbered, inkOf(false), undefined).layout).not.toHaveProperty('scattermode');
    const stepped: ChartData = { ...numbered, series: [{ ...numbered.series[0]!, drawn: 'steps' }] };
    expect(pointsFigure(stepped, inkOf(false), undefined).traces[0]).toMatchObject({
      mode: 'lines',
      line: { shape: 'hv' },
    });
  });

  test('places lines between the ends of each axis, in the middle where there is no difference', () => {
    const line = (label: string, ...values: (number | null)[]) => ({ subject: { ...soup, label }, values });
    const data: ParallelData = {
      title: 'All',
      kind: 'parallel',
      axes: [{ title: 'a' }, { title: 'b' }, { title: 'c' }],
      lines: [line('x', 1, 5, null), line('y', 3, 5, 2), line('z', 2, 5, 4)],
    };
    const drawn = (apart: boolean) =>
      parallelFigure(data, inkOf(true), undefined, apart).traces.map((trace) => (trace as { readonly y: unknown }).y);
    const ends = [-0.07, 1.07, -0.07, 1.07, -0.07, 1.07];
    expect(drawn(true)).toEqual([[0, 0.5, null], [1, 0.5, 0, null], [0.5, 0.5, 1, null], ends]);
    // Lines of one look are one trace, with a gap after each.
    expect(drawn(false)).toEqual([[0, 0.5, null, 1, 0.5, 0, null, 0.5, 0.5, 1, null], ends]);
  });

  test('has both sides of zero at equal reach', () => {
    const { traces } = heatmapFigure(
      {
        title: 'D',
        kind: 'heatmap',
        x: { title: 'x' },
        y: { title: 'y' },
        value: { title: 'v' },
        columns: ['0', '1'],
        rows: ['0'],
        values: [[-3, null]],
        diverging: true,
      },
      inkOf(false),
    );
    expect(traces[0]).toMatchObject({ zmin: -3, zmax: 3 });
  });
});
