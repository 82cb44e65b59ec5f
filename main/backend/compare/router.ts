import { holmAdjusted } from '../../metrics/holm.ts';
import { service } from '../api/service.ts';
import type { CompareService } from './service.ts';

const SIGNIFICANT = 0.05;

export function compareRouter(compare: CompareService) {
  const { compare: contract } = service;
  return {
    choices: contract.choices.handler(({ input }) => compare.choices(input)),
    overview: contract.overview.handler(({ input }) => compare.overview(input.projectId, input.subjects)),
    paired: contract.paired.handler(async ({ input, signal }) => {
      const pairs = await compare.paired(input, signal);
      const adjusted = holmAdjusted(pairs.flatMap(({ result }) => result?.pValue ?? []));
      const tested = pairs.filter(({ result }) => result !== null);
      const adjustedOf = new Map(tested.map(({ ref }, place) => [ref, adjusted[place]!]));
      return pairs.map(({ ref, result }) => ({
        ref,
        result: result && {
          total: result.total,
          onlySubject: result.onlyFirst,
          onlyBaseline: result.onlySecond,
          difference: result.difference,
          interval: result.interval,
          pValue: result.pValue,
          adjustedPValue: adjustedOf.get(ref)!,
          verdict: adjustedOf.get(ref)! < SIGNIFICANT ? result.verdict : 'undecided',
        },
      }));
    }),
    duel: contract.duel.handler(({ input }) =>
      compare.duel(input.projectId, input.subject, input.baseline, input.setId, input.most),
    ),
  };
}
