import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { Architecture } from '../../architectures/architecture.ts';
import type { Mixture } from '../../mix/mixture.ts';
import type { Coefficients, MeasuredScore, SelectionOracle } from '../../recipes/recipe.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { EvaluateRequest, EvaluationService } from '../evaluations/service.ts';
import { soupSubject } from '../evaluations/subject.ts';
import type { JobOptions } from '../jobs/job-options.ts';

/**
 * Answers a recipe's questions: the candidate is mixed virtually, its logits on the selection split come from the cache or
 * from an engine.
 */
export function selectionOracle(
  evaluations: EvaluationService,
  architecture: Architecture,
  runtime: EvaluateRequest['runtime'],
  selection: PreparedSplit,
  mixtureOf: (coefficients: Coefficients) => Mixture,
  options: JobOptions,
): SelectionOracle {
  const scoreAll = async (candidates: readonly Coefficients[]): Promise<readonly MeasuredScore[]> => {
    const rows = await evaluations.evaluate(
      {
        architecture: architecture.spec,
        runtime,
        subjects: candidates.map((candidate) => soupSubject(architecture, mixtureOf(candidate))),
        splits: [selection.ref],
        stage: candidates.length === 1 ? 'Scoring a candidate' : `Scoring ${candidates.length} candidates`,
      },
      options,
    );
    return rows.map(([evaluation]) => measured(evaluation!));
  };
  return {
    scoreAll,
    score: async (candidate) => (await scoreAll([candidate]))[0]!,
    async race({ candidates, incumbent, rule }) {
      const subjectOf = (candidate: Coefficients) => soupSubject(architecture, mixtureOf(candidate));
      const { winner, scores } = await evaluations.race(
        {
          architecture: architecture.spec,
          runtime,
          candidates: candidates.map(subjectOf),
          incumbent: subjectOf(incumbent),
          split: selection.ref,
          rule,
        },
        options,
      );
      return { winner, scores: scores.map((score) => ('seen' in score ? score : measured(score))) };
    },
  };
}

function measured({ correct, total, accuracy, loss, metrics }: Evaluation): MeasuredScore {
  return { correct, total, accuracy, loss, figures: metrics };
}
