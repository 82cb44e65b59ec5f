import type { ProjectStock, Standing } from '../../../preload/contract/projects.ts';

export type StepId =
  | 'import-ingredients'
  | 'find-files'
  | 'add-selection'
  | 'add-test'
  | 'cook-first'
  | 'resume'
  | 'cook-greedy'
  | 'export'
  | 'see-failed'
  | 'cook-more';

/** Everything that can be done for the project, what matters most first. */
export function nextSteps(stock: ProjectStock, standing: Standing | null): readonly StepId[] {
  const canCook = stock.ingredients >= 2;
  const hasRuns = stock.runs.done > 0;
  const better = standing?.sets[0]?.verdict === 'better' && !standing.same;
  const wanted: readonly (readonly [StepId, boolean])[] = [
    ['import-ingredients', !canCook],
    ['find-files', stock.missingFiles > 0],
    ['add-selection', stock.splits.selection === 0],
    ['add-test', stock.splits.test === 0],
    ['cook-first', canCook && !hasRuns],
    ['resume', stock.runs.unfinished > 0],
    ['export', better && stock.exports === 0],
    ['cook-greedy', hasRuns && standing !== null && !better && standing.recipe !== 'greedy'],
    ['see-failed', stock.runs.failed > 0 && !hasRuns],
    ['cook-more', hasRuns],
  ];
  return wanted.filter(([, applies]) => applies).map(([step]) => step);
}
