import type { CompareChoice } from '../../../preload/contract/compare.ts';
import type { Ranges } from '../../charts/chart-data.ts';

/** What is compared with what; in the address, so that a comparison can be kept as a bookmark. */
export interface CompareSearch {
  /** References, separated by commas: `run:4,ingredient:2,ensemble:4:logits`. */
  readonly subjects?: string;
  /** The one that the others are measured against. */
  readonly base?: string;
  /** The set that paired tests and examples are about, by id. */
  readonly on?: number;
  /** What they are compared by: a metric's id. Without it: the project's. */
  readonly metric?: string;
  /** The one whose wins and losses are shown. */
  readonly against?: string;
  /** Ranges of measures that subjects have to be in, see `rangesOf`. */
  readonly within?: string;
}

const REF = /^(run:\d+|ingredient:\d+|ensemble:\d+:(logits|probabilities))$/;
const METRIC = /^[a-z0-9-]{1,60}$/;
const MOST_SUBJECTS = 60;

export function validateCompareSearch(search: Record<string, unknown>): CompareSearch {
  const subjects = refsOf(typeof search.subjects === 'string' ? search.subjects : '');
  const ref = (key: 'base' | 'against'): CompareSearch => {
    const value = search[key];
    return typeof value === 'string' && REF.test(value) ? { [key]: value } : {};
  };
  const on = Number(search.on);
  return {
    ...(subjects.length > 0 ? { subjects: subjects.join(',') } : {}),
    ...ref('base'),
    ...ref('against'),
    ...(typeof search.within === 'string' && search.within !== '' ? { within: search.within } : {}),
    ...(Number.isInteger(on) && on > 0 ? { on } : {}),
    ...(typeof search.metric === 'string' && METRIC.test(search.metric) ? { metric: search.metric } : {}),
  };
}

/** Each reference once, in the order given; what is none is left out. */
export function refsOf(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(','))].filter((ref) => REF.test(ref)).slice(0, MOST_SUBJECTS);
}

const MOST_SOUPS = 4;

/** What a comparison begins with: the project's latest soups, its ingredients and the ensemble of them. */
export function usualSubjects(choices: readonly CompareChoice[]): readonly string[] {
  const of = (kind: CompareChoice['kind'], most: number): readonly string[] =>
    choices
      .filter((choice) => choice.kind === kind && choice.measured)
      .slice(0, most)
      .map(({ ref }) => ref);
  return [...of('ingredient', 12), ...of('soup', MOST_SOUPS), ...of('ensemble', 2)];
}

/** Those that are compared: the ones that the address names, else the usual ones among `choices`; and the baseline that it names. */
export function comparedRefs({ subjects, base }: CompareSearch, choices: readonly CompareChoice[]): readonly string[] {
  const named = refsOf(subjects);
  const refs = named.length > 0 ? named : usualSubjects(choices);
  return base === undefined || refs.includes(base) ? refs : [base, ...refs];
}

/** `clean (%)=98.5..99;size (MB)=0..1`, titles percent-encoded. */
export function rangesOf(text: string | undefined): Ranges {
  const pairs = (text ?? '').split(';').flatMap((part) => {
    const found = /^([^=]+)=(.+)\.\.(.+)$/.exec(part);
    const [low, high] = [Number(found?.[2]), Number(found?.[3])];
    if (found === null || !Number.isFinite(low) || !Number.isFinite(high)) return [];
    const title = decoded(found[1]!);
    return title === undefined ? [] : [[title, [low, high] as const] as const];
  });
  return Object.fromEntries(pairs);
}

/** Undefined where an address was mangled. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function textOfRanges(ranges: Ranges): string {
  return Object.entries(ranges)
    .map(
      ([title, [low, high]]) =>
        `${encodeURIComponent(title)}=${Number(low.toPrecision(8))}..${Number(high.toPrecision(8))}`,
    )
    .join(';');
}
