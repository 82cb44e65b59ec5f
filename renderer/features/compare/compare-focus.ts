import type { CompareOverview, CompareSet, CompareSubject } from '../../../preload/contract/compare.ts';
import type { Metric } from '../../../preload/contract/metrics.ts';
import type { CompareSearch } from './compare-search.ts';
import { usualBaseline, usualSet } from './compared-values.ts';

/** By what, on what and against what subjects are compared. */
export interface CompareFocus {
  readonly metric: Metric;
  /** What paired tests, scatters and examples are about. */
  readonly set: CompareSet;
  /** Ids of the sets that there is room for in one chart of bars, the one above first. */
  readonly barSets: readonly number[];
  readonly baseline: CompareSubject;
  /** Whose wins and losses against the baseline are shown; none where there is nobody else. */
  readonly duelist: CompareSubject | undefined;
}

/** More bars than this in one chart cannot be told apart. */
const MOST_BARS = 36;

/**
 * What the address asks for, and what is usual where it says nothing; undefined where none of the subjects was measured.
 * @param metrics at least one
 * @param deciding id of the project's metric
 */
export function focusOf(
  overview: CompareOverview,
  metrics: readonly Metric[],
  deciding: string | undefined,
  search: Pick<CompareSearch, 'metric' | 'on' | 'base' | 'against'>,
): CompareFocus | undefined {
  const { sets, subjects } = overview;
  const decisive = metrics.find(({ id }) => id === deciding) ?? metrics[0]!;
  const set = sets.find(({ id }) => id === search.on) ?? usualSet(sets);
  const baseline = subjects.find(({ ref }) => ref === search.base) ?? usualBaseline(overview, decisive);
  if (set === undefined || baseline === undefined) return undefined;
  const others = subjects.filter(({ ref }) => ref !== baseline.ref);
  const duelist =
    others.find(({ ref }) => ref === search.against) ?? others.find(({ kind }) => kind === 'soup') ?? others[0];
  return {
    metric: metrics.find(({ id }) => id === search.metric) ?? decisive,
    set,
    barSets: barSetsOf(overview, set),
    baseline,
    duelist,
  };
}

function barSetsOf({ sets, subjects }: CompareOverview, set: CompareSet): readonly number[] {
  const tests = sets.filter(({ role }) => role === 'test');
  const most = Math.max(1, Math.floor(MOST_BARS / Math.max(1, subjects.length)));
  return [set, ...tests.filter((one) => one !== set)].slice(0, most).map(({ id }) => id);
}
