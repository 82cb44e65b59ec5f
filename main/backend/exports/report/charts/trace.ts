import { scaleLinear } from 'd3-scale';
import { DEFAULT_METRIC, findMetric } from '../../../../metrics/index.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { isWhole } from '../../../../recipes/decisive-metric.ts';
import type { PartialScore, TraceStep, TriedScore } from '../../../../recipes/recipe.ts';
import { decimal, percent } from '../format.ts';
import { type Markup, markup } from '../markup.ts';
import { figure, px, tickLabel, zoomedRange } from './frame.ts';

const WIDTH = 840;
const PLOT = { left: 76, top: 26, width: WIDTH - 96, height: 228 };

/** With more trials than this the names below the axis would touch. */
const MOST_NAMES = 40;
const LONGEST_NAME = 16;
/** How much further down a slanted name reaches with each character. */
const DESCENT = 3.4;

interface Trial {
  /** 0: the ingredients alone, or what a search began with. */
  readonly round: number;
  /** An ingredient, or what else was tried. */
  readonly what: { readonly ingredient: string } | string;
  readonly value: number;
  /** Of a candidate that was given up: as far as it went. */
  readonly partial?: PartialScore | undefined;
  readonly outcome: 'taken' | 'tried';
  /** Whether the soup is from now on what was tried here. */
  readonly stands: boolean;
  /** The soup's score once this trial is over. */
  readonly standing: number | undefined;
}

/**
 * Every mixture that a recipe scored on the selection split, in order: taken ones filled, others hollow, with the soup's
 * score as a line. Undefined when the recipe scored nothing.
 * @param nameOf an ingredient's name by its id
 */
export function traceChart(trace: readonly TraceStep[], nameOf: (id: string) => string): Markup | undefined {
  const trials = trialsOf(trace);
  if (trials.length === 0) return undefined;
  const metric = decisiveMetric(trace);
  const { unit } = metric;
  const x = scaleLinear()
    .domain([-0.6, trials.length - 0.4])
    .range([PLOT.left, PLOT.left + PLOT.width]);
  const y = scaleLinear()
    .domain(
      zoomedRange(
        trials.map((trial) => trial.value).filter((value) => !Number.isNaN(value)),
        0.004,
        unit === 'share' ? 1 : Number.POSITIVE_INFINITY,
      ),
    )
    .range([PLOT.top + PLOT.height, PLOT.top]);
  const ticks = y.ticks(5);
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 0.01;
  const label = `${metric.label} on the selection split, trial by trial: ${trials.map((trial) => `${describe(trial, nameOf, metric)}`).join('; ')}`;
  const names = trials.length > MOST_NAMES ? [] : trials.map(({ what }) => shorten(nameIn(what, nameOf)));
  const height = PLOT.top + PLOT.height + 44 + DESCENT * Math.max(0, ...names.map((name) => name.length));
  return figure(WIDTH, px(height), label, [
    ...rounds(trials, x),
    ...ticks.map(
      (
        tick,
      ) => markup`<line class="grid" x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${px(y(tick))}" y2="${px(y(tick))}"/>
<text class="tick" x="${PLOT.left - 8}" y="${px(y(tick) + 3.5)}" text-anchor="end">${unit === 'share' ? tickLabel(tick, step) : decimal(tick)}</text>`,
    ),
    standingLine(trials, x, y),
    ...trials.flatMap((trial, i) =>
      Number.isNaN(trial.value)
        ? []
        : markup`<circle class="trial ${trial.outcome}" cx="${px(x(i))}" cy="${px(y(trial.value))}" r="5.5"><title>${describe(trial, nameOf, metric)}</title></circle>`,
    ),
    markup`<path class="axis" d="M${PLOT.left} ${PLOT.top}V${PLOT.top + PLOT.height}H${PLOT.left + PLOT.width}"/>`,
    ...names.map((name, i) => trialName(name, x(i))),
    markup`<text class="axis-title" x="${PLOT.left + PLOT.width / 2}" y="${px(height - 8)}" text-anchor="middle">mixtures scored, in order</text>`,
  ]);
}

/** What the recipe chose by. */
export function decisiveMetric(trace: readonly TraceStep[]): Metric {
  const scores = trace.flatMap((step) => ('score' in step ? (step.score ?? []) : []));
  const named = scores.flatMap((score) => (isWhole(score) ? (score.decisive ?? []) : []))[0];
  return named === undefined ? DEFAULT_METRIC : findMetric(named.metric);
}

/** NaN where what decides has no figure: the mixture has diverged, or was given up before it had seen everything. */
function selectedBy(score: TriedScore): number {
  if (!isWhole(score)) return Number.NaN;
  return score.decisive === undefined ? score.accuracy : (score.decisive.value ?? Number.NaN);
}

function trialsOf(trace: readonly TraceStep[]): readonly Trial[] {
  const taken = new Set(trace.flatMap((one) => (one.kind === 'accepted' ? [`${one.round} ${one.ingredient}`] : [])));
  const started = trace.find((one) => one.kind === 'started');
  const trials = new Map<string, Omit<Trial, 'standing'>>();
  const add = (round: number, what: Trial['what'], score: TriedScore, isTaken: boolean, stands: boolean): void => {
    // What was decided later of a mixture takes the place where it was scored.
    const outcome = isTaken ? 'taken' : 'tried';
    const partial = isWhole(score) ? undefined : score;
    trials.set(JSON.stringify([round, what]), { round, what, value: selectedBy(score), partial, outcome, stands });
  };
  for (const one of trace) {
    if (one.kind === 'ingredient-scored') {
      const { ingredient, score } = one;
      add(0, { ingredient }, score, started?.ingredient === ingredient, false);
    } else if (one.kind === 'candidate-scored') {
      const isTaken = taken.has(`${one.round} ${one.ingredient}`);
      add(one.round, { ingredient: one.ingredient }, one.score, isTaken, isTaken);
    } else if (one.kind === 'trial') {
      add(one.round, one.what, one.score, one.fate === 'kept', one.fate === 'kept');
    }
  }
  return withStandings([...trials.values()], started === undefined ? undefined : selectedBy(started.score));
}

/** What the soup scores after each trial's round: the score of the last mixture that was taken. */
function withStandings(trials: readonly Omit<Trial, 'standing'>[], first: number | undefined): readonly Trial[] {
  let standing = first;
  return trials.map((trial) => {
    if (trial.stands) standing = trial.value;
    return { ...trial, standing };
  });
}

function standingLine(trials: readonly Trial[], x: (i: number) => number, y: (value: number) => number): Markup {
  let path = '';
  trials.forEach((trial, i) => {
    if (trial.standing === undefined || (trial.round === 0 && trial.outcome !== 'taken')) return;
    path += path === '' ? `M${px(x(i))} ${px(y(trial.standing))}` : `H${px(x(i))}V${px(y(trial.standing))}`;
  });
  return path === '' ? markup`` : markup`<path class="standing" d="${path}H${px(x(trials.length - 0.5))}"/>`;
}

/** Alternating bands and a heading per round. */
function rounds(trials: readonly Trial[], x: (i: number) => number): readonly Markup[] {
  const numbers = [...new Set(trials.map((trial) => trial.round))];
  return numbers.map((round, order) => {
    const first = trials.findIndex((trial) => trial.round === round);
    const last = trials.findLastIndex((trial) => trial.round === round);
    const left = x(first - 0.5);
    const width = x(last + 0.5) - left;
    const heading = round === 0 ? 'alone' : width > 52 ? `round ${round}` : String(round);
    return markup`<rect class="band-${order % 2}" x="${px(left)}" y="${PLOT.top}" width="${px(width)}" height="${PLOT.height}"/>
<text class="note" x="${px(left + width / 2)}" y="${PLOT.top - 8}" text-anchor="middle">${heading}</text>`;
  });
}

function nameIn(what: Trial['what'], nameOf: (id: string) => string): string {
  return typeof what === 'string' ? what : nameOf(what.ingredient);
}

function shorten(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

function trialName(name: string, x: number): Markup {
  return markup`<text class="tick" transform="translate(${px(x + 4)} ${PLOT.top + PLOT.height + 14}) rotate(-32)" text-anchor="end">${name}</text>`;
}

function describe(trial: Trial, nameOf: (id: string) => string, { phrase, unit }: Metric): string {
  const { partial } = trial;
  const score =
    partial !== undefined
      ? `stopped after ${partial.seen} of ${partial.total} (at most ${partial.atMost} correct)`
      : unit === 'share'
        ? percent(trial.value)
        : `${phrase} ${decimal(trial.value)}`;
  const name = nameIn(trial.what, nameOf);
  const what =
    trial.round === 0 ? name : `round ${trial.round}: ${typeof trial.what === 'string' ? '' : 'with '}${name}`;
  return `${what}, ${score}, ${trial.outcome === 'taken' ? 'taken' : 'not taken'}`;
}
