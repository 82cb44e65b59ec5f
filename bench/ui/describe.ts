import type { BenchReport, BenchTable, BenchTarget } from '../bench.ts';
import { median } from '../measure.ts';
import { round } from '../report.ts';
import type { Arrival, PageTimes } from './browsing.ts';
import type { TableTimes } from './many-runs.ts';
import type { ColdStart, PageChange } from './starts.ts';
import { COLUMNS, PROJECTS, RUNS } from './workspace.ts';

export interface ComparisonTimes {
  readonly first: Arrival;
  readonly again: Arrival;
}

export interface Measured {
  readonly starts: readonly ColdStart[];
  readonly changes: readonly PageChange[];
  readonly tables: readonly TableTimes[];
  readonly comparisons: readonly ComparisonTimes[];
  readonly samples: readonly PageTimes[];
  readonly lists: ReadonlyMap<string, readonly number[]>;
  readonly tasks: readonly number[];
}

const PAGE_LIMIT = 150;
const LIST_LIMIT = 50;

/** Medians are judged, the worst stand beside them; of long tasks, blank rows and lists it is the worst that counts. */
export function describe(measured: Measured, browser: string): BenchReport {
  const { starts, changes, tables, comparisons, samples, lists, tasks } = measured;
  const pages = [...Map.groupBy(changes, ({ page }) => page)];
  const time = (name: string, values: readonly number[], limit: number): BenchTarget => ({
    name,
    measured: median(values),
    limit,
    unit: 'ms',
  });
  const kilobytes = starts.map(({ scriptBytes }) => scriptBytes / 1000);
  return {
    title: 'How fast the application feels',
    tables: [
      timesTable('A start', [
        ['server and first page', starts.map(({ total }) => total)],
        ['of that, the page', starts.map(({ page }) => page)],
      ]),
      timesTable('The sample project, brought in and opened', [
        ['its overview', samples.map(({ data }) => data)],
        ['with its charts', samples.map(({ charts }) => charts)],
      ]),
      {
        title: 'Changes of pages',
        columns: ['', 'median', 'worst', 'with charts'],
        rows: pages.flatMap(([page, own]) => [
          changeRow(
            page,
            own.map(({ first }) => first),
          ),
          changeRow(
            `${page}, again`,
            own.map(({ again }) => again),
          ),
        ]),
      },
      timesTable(`${RUNS} runs × ${COLUMNS} columns`, [
        ['first rows', tables.map(({ firstRows }) => firstRows)],
        ['sort', tables.map(({ sort }) => sort)],
        ['filter, from the last letter', tables.map(({ filter }) => filter)],
      ]),
      timesTable('Comparing 50 subjects on 10 sets', [
        ['what is in sight', comparisons.map(({ first }) => first.inSight)],
        ['with all charts further down', comparisons.map(({ first }) => first.whole)],
        ['what is in sight, again', comparisons.map(({ again }) => again.inSight)],
        ['with all charts further down, again', comparisons.map(({ again }) => again.whole)],
      ]),
      timesTable('Lists, from the call to the answer', [...lists]),
    ],
    targets: [
      time(
        'cold start',
        starts.map(({ total }) => total),
        1500,
      ),
      time(
        'slowest page, first visit',
        slowest(pages.map(([, own]) => own.map(({ first }) => first.data))),
        PAGE_LIMIT,
      ),
      time('slowest page, again', slowest(pages.map(([, own]) => own.map(({ again }) => again.data))), PAGE_LIMIT),
      { name: 'longest task while a job streams', measured: Math.max(0, ...tasks), limit: 200, unit: 'ms' },
      time(
        'first rows',
        tables.map(({ firstRows }) => firstRows),
        500,
      ),
      time(
        'sort',
        tables.map(({ sort }) => sort),
        150,
      ),
      time(
        'filter',
        tables.map(({ filter }) => filter),
        150,
      ),
      time(
        'sample project, from the click to its overview',
        samples.map(({ data }) => data),
        1000,
      ),
      {
        name: 'blank rows while scrolling',
        measured: Math.max(...tables.map(({ blank }) => blank)),
        limit: 0,
        unit: 'rows',
      },
      time(
        'comparison, what is in sight',
        comparisons.map(({ first }) => first.inSight),
        1000,
      ),
      time('slowest list', slowest([...lists.values()]), LIST_LIMIT),
      { name: 'scripts of the first load', measured: Math.max(...kilobytes), limit: 400, unit: 'kB' },
    ],
    notes: [
      `Chromium ${browser} without a screen, over a real server with ${PROJECTS} projects; ${starts.length} readers, each with a server and an empty cache of their own.`,
      'A start runs from the server’s process to the first list of projects that can be used, in a window that is open already.',
      'Pages are changed by a reader who has looked at the first one until everything was fetched ahead, a few seconds.',
      'The sample is opened in a workspace that has nothing yet, from the click on its button.',
      'Nothing that waits for data may be left on a page. Charts are drawn after it, and Settings goes on opening devices; the last column has when those in sight are there.',
      'Times within a page run from the click to the first frame that shows the data. Medians are judged; the table has the worst as well.',
      `Scrolling: 800 rows a second for three seconds; ${tables.reduce((sum, { seen }) => sum + seen, 0)} rows were seen in all.`,
      `Scripts are counted as they come over the network, without plotly; with all pages fetched ahead it is ${round(Math.max(...starts.map(({ aheadBytes }) => aheadBytes)) / 1000)} kB.`,
      `While a job streamed there were ${tasks.length} tasks over 50 ms.`,
    ],
  };
}

/** The series with the largest median. */
function slowest(series: readonly (readonly number[])[]): readonly number[] {
  return series.reduce((worst, values) => (median(values) > median(worst) ? values : worst), [0]);
}

function changeRow(name: string, times: readonly PageTimes[]): readonly string[] {
  const data = times.map((one) => one.data);
  const charts = times.map((one) => one.charts);
  return [name, ...[median(data), Math.max(...data), median(charts)].map((value) => `${round(value)} ms`)];
}

function timesTable(title: string, rows: readonly (readonly [string, readonly number[]])[]): BenchTable {
  return {
    title,
    columns: ['', 'median', 'worst'],
    rows: rows.map(([name, values]) => [name, `${round(median(values))} ms`, `${round(Math.max(...values))} ms`]),
  };
}
