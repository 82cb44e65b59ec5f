import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { ResultKind } from '../../../db/repositories/runs.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import type { Coefficients } from '../../recipes/recipe.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import { ensembleSubject, ingredientSubject, type Subject } from '../evaluations/subject.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { CookRequest } from './cook-request.ts';
import { makesEnsemble, outcomeSubject } from './outcome.ts';

/** One subject of a run on one of its splits. */
export interface TableCell {
  readonly kind: ResultKind;
  readonly label: string;
  readonly split: PreparedSplit;
  readonly evaluation: Evaluation;
}

interface Soups {
  readonly soup: Coefficients;
  /** With BatchNorm's statistics mixed like every tensor, where the soup has its own. */
  readonly asMixed?: Coefficients;
}

/** Ingredients, the soup and the ensembles of all ingredients, on the selection split and every test set. */
export async function scoreTable(
  evaluations: EvaluationService,
  request: CookRequest,
  architecture: Architecture,
  soups: Soups,
  options: JobOptions,
): Promise<readonly TableCell[]> {
  const splits = [...(request.selection === undefined ? [] : [request.selection]), ...request.tests];
  const rows = rowsOf(request, architecture, soups);
  const scores = await evaluations.evaluate(
    {
      architecture: architecture.spec,
      runtime: request.runtime,
      subjects: rows.map((row) => row.subject),
      splits: splits.map((split) => split.ref),
      stage: 'Evaluating on the test sets',
    },
    options,
  );
  return rows.flatMap(({ kind, label }, row) =>
    splits.map((split, column) => ({ kind, label, split, evaluation: scores[row]![column]! })),
  );
}

function rowsOf(
  request: CookRequest,
  architecture: Architecture,
  { soup, asMixed }: Soups,
): readonly { readonly kind: ResultKind; readonly label: string; readonly subject: Subject }[] {
  const { ingredients, recipe } = request;
  const members = ingredients.map(({ ingredient }) => ingredientSubject(architecture, ingredient));
  const rows = [
    ...ingredients.map(({ name }, i) => ({ kind: 'ingredient' as const, label: name, subject: members[i]! })),
    {
      kind: 'soup' as const,
      label: `${recipe} ${makesEnsemble(recipe) ? 'ensemble' : 'soup'}`,
      subject: outcomeSubject(architecture, request, soup),
    },
    ...(asMixed === undefined
      ? []
      : [
          {
            kind: 'soup-as-mixed' as const,
            label: `${recipe} soup, BatchNorm statistics averaged`,
            subject: outcomeSubject(architecture, request, asMixed),
          },
        ]),
  ];
  if (members.length < 2) return rows;
  return [
    ...rows,
    { kind: 'ensemble-logits', label: 'ensemble, mean logits', subject: ensembleSubject('mean-logits', members) },
    {
      kind: 'ensemble-probabilities',
      label: 'ensemble, mean probabilities',
      subject: ensembleSubject('mean-probabilities', members),
    },
  ];
}
