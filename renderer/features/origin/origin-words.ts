import type { Provenance } from '../../../preload/contract/exports.ts';
import { formatNumberOf } from '../../lib/format.ts';

/** Where a file comes from, in one sentence. */
export function originSentence({ run, stockpot }: Pick<Provenance, 'run' | 'stockpot'>): string {
  if (run !== null) {
    const when = run.finishedAt === null ? '' : `, cooked on ${day(run.finishedAt)}`;
    return `This file was exported from run ${run.id} of project ${run.project}${when}.`;
  }
  return stockpot === null
    ? 'This file was written by stockpot merge.'
    : `This file was exported by Stockpot ${stockpot}.`;
}

/** Which of the ingredients are here. */
export function ingredientsSentence(ingredients: Provenance['ingredients']): string {
  const missing = ingredients.filter(({ path }) => path === null).length;
  if (missing === 0) return ingredients.length === 1 ? 'Its ingredient is here.' : 'All of its ingredients are here.';
  const of = `${missing} of ${formatNumberOf(ingredients.length, 'ingredient')}`;
  return `${of} ${missing === 1 ? 'is' : 'are'} not where ${missing === 1 ? 'it was' : 'they were'}, nor known to this workspace by content.`;
}

/** Days are those of the reader's calendar. */
function day(moment: string): string {
  return new Date(moment).toLocaleDateString('en', { day: 'numeric', month: 'long', year: 'numeric' });
}
