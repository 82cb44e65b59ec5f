import { z } from 'zod';
import { plainCoefficients } from './coefficients.ts';
import { exhaustiveOption } from './contest.ts';
import { metricOption } from './decisive-metric.ts';
import { granularityOption, type LayerPart, layerParts, mixtureOfParts, orderOption } from './layer-parts.ts';
import { selectionOf } from './needs.ts';
import type { Coefficients, CookContext, CookOutcome, Recipe, TraceStep } from './recipe.ts';
import { type Move, Standing } from './standing.ts';

const options = z.strictObject({
  granularity: granularityOption('block'),
  order: orderOption,
  start: z
    .enum(['best', 'soup'])
    .default('best')
    .describe(
      "What every part begins with. 'best': the ingredient with the best score on the selection split; 'soup': the average of all",
    ),
  passes: z.int().min(1).default(1).describe('How often to go over all parts; ends once nothing changes'),
  accept: z
    .enum(['better', 'not-worse'])
    .default('better')
    .describe("What a change must make of the score. 'better': a strict improvement; 'not-worse': ties are taken"),
  metric: metricOption,
  exhaustive: exhaustiveOption,
});

export type GreedyLayersOptions = z.output<typeof options>;

/** The ingredients that each part is the average of, part by part, ascending. */
type Members = readonly (readonly number[])[];

/** Ties between ingredients go to the earlier one. */
export const greedyLayers: Recipe<GreedyLayersOptions> = {
  name: 'greedy-layers',
  title: 'Greedy soup of each layer group',
  description:
    'Decides for one part of the network after the other which ingredients it is the average of: each round takes one in or leaves one out, whichever helps most. By the metric that decides never worse on the selection split than what it begins with.',
  family: 'search',
  chooseWhen: 'Ingredients are good in different parts of the network, and there is time for many evaluations.',
  source:
    'The greedy soup of Wortsman et al., "Model soups", ICML 2022, by coordinate ascent over groups of layers; after the layer-wise soup of Chung, "Model Soup: Improving Deep Learning Through Weight Averaging"',
  needs: { selection: true, minimumIngredients: 1 },
  options,
  mixtures(ingredientCount, { granularity, passes, start }, layerGroups) {
    if (ingredientCount < 2) return { least: 0, most: 0 };
    const parts = layerGroups(granularity).filter(({ name }) => granularity !== 'name' || name !== 'rest').length;
    const begin = start === 'soup' ? 1 : 0;
    const perRound = start === 'soup' ? ingredientCount : ingredientCount - 1;
    // A part may change as often as there are ingredients, and often more: this is how far one goes that only grows or only shrinks.
    return { least: begin + parts * perRound, most: begin + passes * parts * ingredientCount * ingredientCount };
  },
  async *cook(context: CookContext, chosen: GreedyLayersOptions): AsyncGenerator<TraceStep, CookOutcome> {
    const { ingredients } = context;
    const all = [...ingredients.keys()];
    const parts = layerParts(context, chosen.granularity, chosen.order);
    let rest: readonly number[] = all;
    const mixtureOf = (members: Members): Coefficients => mixture(context, parts, members, rest);
    const search = new Standing<Members>(context, selectionOf(greedyLayers, context), chosen, mixtureOf);
    const singles = yield* search.singles(all);
    const best = search.bestOf(singles);
    if (chosen.start === 'soup') {
      yield* search.startFrom(
        'all ingredients in every part',
        parts.map(() => all),
      );
    } else {
      rest = [best];
      yield* search.startWith(
        best,
        singles[best]!,
        parts.map(() => [best]),
      );
    }
    const before = search.score;
    if (parts.length === 0)
      yield { kind: 'remark', text: 'The network has no such part, so that there is nothing to try' };
    const reason = yield* ascend(search, context, parts, chosen.passes);
    yield { kind: 'stopped', reason };
    const taken = new Set([...search.state.flat(), ...restOf(context, parts, rest)]);
    const mixed = search.state.filter((members) => members.length > 1).length;
    const name = chosen.start === 'soup' ? 'the average of all' : 'the best alone';
    return {
      coefficients: mixtureOf(search.state),
      used: ingredients.filter((_, index) => taken.has(index)).map(({ id }) => id),
      summary: `${mixed} of ${parts.length} parts are averages, of ${taken.size} of ${ingredients.length} ingredients altogether, ${search.metric.describe(search.score, before, name)}; stopped because ${reason}.`,
    };
  },
};

/** @returns why it stopped */
async function* ascend(
  search: Standing<Members>,
  { ingredients }: CookContext,
  parts: readonly LayerPart[],
  passes: number,
): AsyncGenerator<TraceStep, string> {
  for (let pass = 1; pass <= passes; pass += 1) {
    let changed = false;
    for (const [place, { name }] of parts.entries()) {
      // States that were left for a tie must not come back: a part would never be done.
      const seen = new Set([search.state[place]!.join()]);
      for (;;) {
        const moves = ingredients.flatMap((ingredient, index): readonly Move<Members>[] => {
          const members = search.state[place]!;
          const takesIn = !members.includes(index);
          const own = takesIn
            ? [...members, index].toSorted((a, b) => a - b)
            : members.filter((member) => member !== index);
          if (own.length === 0 || seen.has(own.join())) return [];
          const what = `${name} ${takesIn ? 'with' : 'without'} ${ingredient.name}`;
          return [{ what, state: search.state.with(place, own) }];
        });
        if (moves.length === 0 || (yield* search.round(moves)) === undefined) break;
        seen.add(search.state[place]!.join());
        changed = true;
      }
    }
    if (!changed) return 'no part can be bettered';
  }
  return passes === 1 ? 'every part has been tried' : `every part has been tried ${passes} times`;
}

function mixture(
  context: CookContext,
  parts: readonly LayerPart[],
  members: Members,
  rest: readonly number[],
): Coefficients {
  const count = context.ingredients.length;
  const weightsOf = (own: readonly number[]): readonly number[] =>
    Array.from({ length: count }, (_, index) => (own.includes(index) ? 1 / own.length : 0));
  const distinct = new Set(
    [...members, ...(restOf(context, parts, rest).length === 0 ? [] : [rest])].map((own) => own.join()),
  );
  if (distinct.size <= 1) return plainCoefficients(weightsOf(members[0] ?? rest));
  // A tensor that two words of its name put into two parts is the first one's.
  const placeOf = new Map(
    [...parts.entries()]
      .toReversed()
      .flatMap(([place, { tensors }]) => tensors.map((tensor) => [tensor, place] as const)),
  );
  return mixtureOfParts(context, parts, (tensor) => {
    const place = placeOf.get(tensor);
    return weightsOf(place === undefined ? rest : members[place]!);
  });
}

/** The members of what is in no part; none where everything is in one. */
function restOf({ tensors }: CookContext, parts: readonly LayerPart[], rest: readonly number[]): readonly number[] {
  const placed = new Set(parts.flatMap((part) => part.tensors));
  return tensors.every((tensor) => placed.has(tensor)) ? [] : rest;
}
