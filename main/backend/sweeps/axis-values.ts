import type { SweepAxis } from '../../../db/repositories/sweeps.ts';
import { StockpotError } from '../../errors.ts';
import { closest } from '../../recipes/closest.ts';
import type { NumericOption } from './numeric-options.ts';

/** Values for an option, one by one or spread evenly: over a range, or over its logarithm. */
export type AxisRange =
  | { readonly values: readonly number[] }
  | { readonly from: number; readonly to: number; readonly steps: number; readonly scale: 'linear' | 'log' };

/** Nobody reads more off a chart, and every one is at least a pass over the selection split. */
const MOST_VALUES = 200;

/**
 * An axis of a sweep: the option of that name, with the values in ascending order, each once.
 * @throws StockpotError `sweeps/no-option`, `sweeps/bad-range`
 */
export function axisOf(name: string, range: AxisRange, options: readonly NumericOption[]): SweepAxis {
  const option = options.find((one) => one.name === name);
  if (option === undefined) throw noOption(name, options);
  const wanted = option.integer ? valuesOf(name, range).map(Math.round) : valuesOf(name, range);
  const values = [...new Set(wanted)].sort((a, b) => a - b);
  if (values.length < 2) throw badRange(name, 'A sweep needs two values or more');
  if (values.length > MOST_VALUES) throw badRange(name, `A sweep takes ${MOST_VALUES} values of an option at most`);
  return { option: option.place, values };
}

function valuesOf(name: string, range: AxisRange): readonly number[] {
  if ('values' in range) return range.values;
  const { from, to, steps, scale } = range;
  if (steps < 2 || !Number.isInteger(steps)) throw badRange(name, 'The steps are a whole number, two or more');
  if (steps > MOST_VALUES) throw badRange(name, `A sweep takes ${MOST_VALUES} values of an option at most`);
  if (scale === 'log' && (from <= 0 || to <= 0))
    throw badRange(name, 'Only numbers above 0 can be spread by logarithm');
  return Array.from({ length: steps }, (_, i) => {
    const share = i / (steps - 1);
    if (i === steps - 1) return to;
    // 0.3, and not 0.30000000000000004: it will stand in a recipe file and below a chart.
    return Number((scale === 'log' ? from * (to / from) ** share : from + (to - from) * share).toPrecision(6));
  });
}

/**
 * `alpha=0:1:11`, `density=0.1:0.9:9:log` or `alpha=0,0.25,0.5`, as the command line has it.
 * @throws StockpotError `sweeps/bad-range`
 */
export function parseAxis(text: string): { readonly name: string; readonly range: AxisRange } {
  const at = text.lastIndexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const wanted = text.slice(at + 1).trim();
  if (name === '' || wanted === '') throw badRange(text, 'An option and its values are needed');
  const parts = wanted.split(':');
  if (parts.length === 1) return { name, range: { values: numbersOf(text, wanted.split(',')) } };
  const [from, to, steps] = numbersOf(text, parts.slice(0, 3));
  const scale = parts[3] ?? 'linear';
  if (steps === undefined || parts.length > 4 || (scale !== 'linear' && scale !== 'log')) {
    throw badRange(text, 'A range is FROM:TO:STEPS, with :log after it to go by logarithm');
  }
  return { name, range: { from: from!, to: to!, steps, scale } };
}

function numbersOf(where: string, words: readonly string[]): readonly number[] {
  return words.map((word) => {
    const value = Number(word);
    if (word.trim() !== '' && Number.isFinite(value)) return value;
    throw badRange(where, `'${word}' is no number`);
  });
}

function badRange(where: string, what: string): StockpotError {
  return new StockpotError({
    code: 'sweeps/bad-range',
    what,
    where,
    remedy: 'Write alpha=0:1:11 for eleven values from 0 to 1, alpha=0.01:1:9:log, or alpha=0,0.2,0.5.',
  });
}

function noOption(name: string, options: readonly NumericOption[]): StockpotError {
  const names = options.map((option) => option.name);
  const guess = closest(name, names);
  return new StockpotError({
    code: 'sweeps/no-option',
    what: `The recipe has no number called '${name}'${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    where: name,
    remedy: names.length === 0 ? 'None of its options is a number.' : `Numbers: ${names.join(', ')}.`,
  });
}
