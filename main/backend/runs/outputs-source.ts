import type { Architecture } from '../../architectures/architecture.ts';
import { StockpotError } from '../../errors.ts';
import type { Mixture } from '../../mix/mixture.ts';
import type { Coefficients, OutputsSource } from '../../recipes/recipe.ts';
import type { EvaluationService } from '../evaluations/service.ts';
import { soupSubject } from '../evaluations/subject.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { CookRequest } from './cook-request.ts';

/** Gives a recipe the logits of mixtures, from the cache or from engines. */
export function outputsSource(
  evaluations: EvaluationService,
  architecture: Architecture,
  { train, selection, runtime }: Pick<CookRequest, 'train' | 'selection' | 'runtime'>,
  mixtureOf: (coefficients: Coefficients) => Mixture,
  options: JobOptions,
): OutputsSource {
  return {
    async of(role, mixtures) {
      const split = role === 'train' ? train : selection;
      if (split === undefined) {
        throw new StockpotError({
          code: 'recipe/no-split',
          what: `The recipe learns from the ${role} split, and the run has none`,
          remedy: 'Give the run one, or let the recipe learn from another.',
        });
      }
      const subjects = mixtures.map((each) => soupSubject(architecture, mixtureOf(each)));
      const stage = `Running ${subjects.length} models over the ${role} split`;
      return evaluations.outputs(
        { architecture: architecture.spec, runtime, subjects, split: split.ref, stage },
        options,
      );
    },
  };
}
