import type { EvaluationRepository, SplitScore } from '../../../db/repositories/evaluations.ts';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { Architecture, ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { type Figure, figuresOf } from '../evaluations/figures.ts';
import { ingredientSubject } from '../evaluations/subject.ts';

/** What is known of ingredients on their project's splits, from whichever run or job measured it. Nothing is evaluated. */
function scoresOf(
  evaluations: EvaluationRepository,
  ingredients: readonly Ingredient[],
): ReadonlyMap<number, readonly SplitScore[]> {
  const built = new Map<string, Architecture>();
  const architectureOf = (spec: ArchitectureSpec): Architecture => {
    const key = JSON.stringify(spec);
    const architecture = built.get(key) ?? buildArchitecture(spec);
    built.set(key, architecture);
    return architecture;
  };
  return new Map(
    ingredients.map((ingredient) => {
      const subject = ingredientSubject(architectureOf(ingredient.architecture), ingredient);
      return [ingredient.id, evaluations.scores(ingredient.projectId, subject.key)];
    }),
  );
}

interface ScoreOnSplit extends Pick<SplitScore, 'role' | 'split' | 'splitId'> {
  readonly score: Pick<SplitScore, 'correct' | 'total' | 'accuracy'> & {
    readonly loss: number | null;
    readonly figures: Readonly<Record<string, Figure>>;
  };
}

/** The same as the contract has it. */
export function splitScores(
  evaluations: EvaluationRepository,
  ingredients: readonly Ingredient[],
): ReadonlyMap<number, readonly ScoreOnSplit[]> {
  const known = scoresOf(evaluations, ingredients);
  return new Map(
    [...known].map(([id, scores]) => [
      id,
      scores.map(({ role, split, splitId, loss, metrics, ...score }) => ({
        role,
        split,
        splitId,
        score: { ...score, loss: Number.isNaN(loss) ? null : loss, figures: figuresOf(metrics, score.total) },
      })),
    ]),
  );
}
