import { service } from '../api/service.ts';
import type { CompareService } from './service.ts';

export function compareRouter(compare: CompareService) {
  const { compare: contract } = service;
  return {
    choices: contract.choices.handler(({ input }) => compare.choices(input.projectId)),
    overview: contract.overview.handler(({ input }) => compare.overview(input.projectId, input.subjects)),
    paired: contract.paired.handler(async ({ input, signal }) => {
      const pairs = await compare.paired(input, signal);
      return pairs.map(({ ref, result }) => ({
        ref,
        result: result && {
          total: result.total,
          onlySubject: result.onlyFirst,
          onlyBaseline: result.onlySecond,
          difference: result.difference,
          interval: result.interval,
          pValue: result.pValue,
          verdict: result.verdict,
        },
      }));
    }),
    duel: contract.duel.handler(({ input }) =>
      compare.duel(input.projectId, input.subject, input.baseline, input.setId, input.most),
    ),
  };
}
