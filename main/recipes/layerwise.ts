import { z } from 'zod';
import { averageOf, plainCoefficients } from './coefficients.ts';
import { exhaustiveOption } from './contest.ts';
import { metricOption } from './decisive-metric.ts';
import { granularityOption, type LayerPart, layerParts, mixtureOfParts } from './layer-parts.ts';
import { checkNeeds, selectionOf } from './needs.ts';
import { refuseFaults } from './option-faults.ts';
import type {
  Coefficients,
  CookContext,
  CookOutcome,
  Larder,
  MeasuredScore,
  OptionFault,
  Recipe,
  TraceStep,
} from './recipe.ts';
import { type Move, Standing } from './standing.ts';

const options = z.strictObject({
  strategy: z
    .enum(['all', 'selective', 'classifier_only'])
    .default('selective')
    .meta({
      description: 'Which layers are averaged',
      choices: [
        { value: 'all', label: 'all', explanation: 'Every layer: the uniform soup' },
        {
          value: 'selective',
          label: 'selective',
          explanation: 'Those whose average helps on the selection split, part after part',
        },
        {
          value: 'classifier_only',
          label: 'classifier only',
          explanation: 'Tensors with fc, classifier or head in their names; everything where there is none',
        },
      ],
    }),
  granularity: granularityOption('name'),
  order: z
    .enum(['given', 'forward', 'backward', 'effect'])
    .default('given')
    .describe(
      "Which part comes first. 'given': conv, bn, fc, classifier where they go by name, else as the network is passed through; 'forward' and 'backward': by depth; 'effect': every round tries all parts and takes the one that helps most, until none does",
    ),
  start: z
    .enum(['first', 'best', 'soup'])
    .default('first')
    .describe(
      "What to begin with, and which ingredient the other layers are of. 'first': the first ingredient; 'best': the one with the best score on the selection split; 'soup': the average of all, into which parts of the best ingredient are put back",
    ),
  passes: z
    .int()
    .min(1)
    .default(1)
    .describe(
      'How often to go over all parts; later passes may also undo what earlier ones did, and end once nothing changes',
    ),
  accept: z
    .enum(['better', 'not-worse'])
    .default('better')
    .describe(
      "What a part must make of the score to be kept. 'better': a strict improvement; 'not-worse': ties are kept",
    ),
  metric: metricOption,
  exhaustive: exhaustiveOption,
});

export type LayerwiseOptions = z.output<typeof options>;

/** What tensors of a classifier have in their names. */
const CLASSIFIER_PARTS = ['fc', 'classifier', 'head'];

export const layerwise: Recipe<LayerwiseOptions> = {
  name: 'layerwise',
  title: 'Layerwise soup',
  description:
    'Averages the ingredients in some layers and takes the others from one of them: from the selection split it learns which. By the metric that decides never worse there than what it begins with. Its strategies all and classifier_only need no data.',
  family: 'search',
  chooseWhen: 'Averaging all layers loses accuracy, and you want to know which layers can be averaged.',
  source:
    'Chung, "Model Soup: Improving Deep Learning Through Weight Averaging", layer-wise soup: strategies all, selective (conv, bn, fc, classifier in this order, beginning with the first ingredient, each kept if it strictly improves the accuracy) and classifier_only. Other groups, orders, beginnings and several passes go beyond it',
  needs: { selection: false, minimumIngredients: 1 },
  options,
  check: faultsOf,
  mixtures(ingredientCount, { strategy, granularity, order, start, passes }, layerGroups) {
    if (strategy !== 'selective' || ingredientCount < 2) return { least: 0, most: 0 };
    const parts = layerGroups(granularity).filter(({ name }) => granularity !== 'name' || name !== 'rest').length;
    const begin = start === 'soup' ? 1 : 0;
    const most = order === 'effect' ? (parts * (parts + 1)) / 2 : passes * parts;
    return { least: begin + parts, most: begin + Math.max(parts, most) };
  },
  async *cook(context: CookContext, chosen: LayerwiseOptions): AsyncGenerator<TraceStep, CookOutcome> {
    checkNeeds(layerwise, context.ingredients.length, context.selection !== undefined);
    refuseFaults(layerwise, faultsOf(chosen, context));
    switch (chosen.strategy) {
      case 'all':
        return wholeSoup(context, 'Every layer');
      case 'classifier_only':
        return yield* classifierOnly(context, chosen);
      case 'selective':
        return yield* selective(context, chosen);
    }
  },
};

function faultsOf({ strategy, start }: LayerwiseOptions, { hasSelection }: Larder): readonly OptionFault[] {
  if (hasSelection || strategy === 'all') return [];
  const what = 'decides by scores on held-out data, and there is no selection split';
  const remedy = 'Give the run a selection split.';
  if (strategy === 'selective') {
    return [
      {
        option: ['strategy'],
        what: `The strategy selective ${what}`,
        remedy: `${remedy.slice(0, -1)}, or choose all or classifier_only.`,
      },
    ];
  }
  return start === 'first' ? [] : [{ option: ['start'], what: `'${start}' ${what}`, remedy }];
}

function wholeSoup({ ingredients }: CookContext, what: string): CookOutcome {
  const count = ingredients.length;
  return {
    coefficients: averageOf([...ingredients.keys()], count),
    used: ingredients.map(({ id }) => id),
    summary: `${what} is the average of ${count === 1 ? 'the one ingredient' : `all ${count} ingredients`}.`,
  };
}

async function* classifierOnly(context: CookContext, chosen: LayerwiseOptions): AsyncGenerator<TraceStep, CookOutcome> {
  const tensors = context.tensors.filter((tensor) => CLASSIFIER_PARTS.some((part) => tensor.includes(part)));
  if (tensors.length === 0) {
    const words = CLASSIFIER_PARTS.join(', ').replace(/, (?=\w+$)/, ' or ');
    yield { kind: 'remark', text: `No tensor has ${words} in its name, so that all layers are averaged` };
    return wholeSoup(context, 'There is no classifier to be told by its name, so every layer');
  }
  let own = 0;
  if (chosen.start !== 'first') {
    const search = searchOf(context, chosen, () => averageOf([0], context.ingredients.length));
    own = search.bestOf(yield* search.singles([...context.ingredients.keys()]));
  }
  const layers = new Layers(context, [{ name: 'classifier', tensors }], own);
  return layers.outcome(new Set(tensors), `Averaged in the classifier (${tensors.length} tensors)`);
}

/** Sets of tensors that are averaged; all others are those of one ingredient. */
class Layers {
  readonly own: number;
  readonly #context: CookContext;
  readonly #parts: readonly Pick<LayerPart, 'name' | 'tensors'>[];

  constructor(context: CookContext, parts: readonly Pick<LayerPart, 'name' | 'tensors'>[], own: number) {
    this.#context = context;
    this.#parts = parts;
    this.own = own;
  }

  mixture(averaged: ReadonlySet<string>): Coefficients {
    const count = this.#context.ingredients.length;
    const share = new Array<number>(count).fill(1 / count);
    const alone = this.#context.ingredients.map((_, index) => (index === this.own ? 1 : 0));
    if (averaged.size === 0) return plainCoefficients(alone);
    if (averaged.size === this.#context.tensors.length) return plainCoefficients(share);
    return mixtureOfParts(this.#context, this.#parts, (tensor) => (averaged.has(tensor) ? share : alone));
  }

  /** Averages a part that is not averaged in whole, and puts one back that is. */
  turned(averaged: ReadonlySet<string>, { name, tensors }: LayerPart): Move<ReadonlySet<string>> {
    const isAveraged = tensors.every((tensor) => averaged.has(tensor));
    return isAveraged
      ? {
          what: `${name} of ${this.#nameOfOwn} alone`,
          state: new Set([...averaged].filter((tensor) => !tensors.includes(tensor))),
        }
      : { what: `${name} averaged`, state: new Set([...averaged, ...tensors]) };
  }

  outcome(averaged: ReadonlySet<string>, what: string): CookOutcome {
    const { ingredients } = this.#context;
    const takesAll = averaged.size > 0;
    return {
      coefficients: this.mixture(averaged),
      used: ingredients.filter((_, index) => takesAll || index === this.own).map(({ id }) => id),
      summary:
        averaged.size === this.#context.tensors.length ? `${what}.` : `${what}; all else is ${this.#nameOfOwn} alone.`,
    };
  }

  get #nameOfOwn(): string {
    return this.#context.ingredients[this.own]!.name;
  }
}

function searchOf<State>(
  context: CookContext,
  chosen: LayerwiseOptions,
  mixtureOf: (state: State) => Coefficients,
): Standing<State> {
  return new Standing(context, selectionOf(layerwise, context), chosen, mixtureOf);
}

async function* selective(context: CookContext, chosen: LayerwiseOptions): AsyncGenerator<TraceStep, CookOutcome> {
  const { ingredients, tensors } = context;
  const parts = layerParts(context, chosen.granularity, chosen.order === 'effect' ? 'given' : chosen.order);
  let layers = new Layers(context, parts, 0);
  const search = searchOf<ReadonlySet<string>>(context, chosen, (averaged) => layers.mixture(averaged));
  const indices = chosen.start === 'first' ? [0] : [...ingredients.keys()];
  const singles = yield* search.singles(indices);
  const own = search.bestOf(singles);
  layers = new Layers(context, parts, own);
  if (chosen.start === 'soup') yield* search.startFrom('all layers averaged', new Set(tensors));
  else yield* search.startWith(own, singles[own]!, new Set());
  const before: MeasuredScore = search.score;
  if (parts.length === 0)
    yield {
      kind: 'remark',
      text: 'No tensor has conv, bn, fc or classifier in its name, so that there is nothing to try',
    };
  const reason = yield* chosen.order === 'effect'
    ? byEffect(search, layers, parts)
    : inTurn(search, layers, parts, chosen.passes);
  yield { kind: 'stopped', reason };
  const averaged = search.state;
  const kept = parts.filter((part) => part.tensors.every((tensor) => averaged.has(tensor)));
  const name = chosen.start === 'soup' ? 'the average of all layers' : ingredients[own]!.name;
  return layers.outcome(
    averaged,
    `Averaged in ${kept.length} of ${parts.length} parts${kept.length === 0 ? '' : ` (${kept.map((part) => part.name).join(', ')})`}, ${search.metric.describe(search.score, before, name)}`,
  );
}

/** Part after part, as often as wanted. @returns why it stopped */
async function* inTurn(
  search: Standing<ReadonlySet<string>>,
  layers: Layers,
  parts: readonly LayerPart[],
  passes: number,
): AsyncGenerator<TraceStep, string> {
  for (let pass = 1; pass <= passes; pass += 1) {
    let changed = false;
    for (const part of parts)
      changed = (yield* search.round([layers.turned(search.state, part)])) !== undefined || changed;
    if (!changed && passes > 1) return 'no part helps any more';
  }
  return passes === 1 ? 'every part has been tried' : `every part has been tried ${passes} times`;
}

/** The best of all parts, round by round; each is turned at most once. @returns why it stopped */
async function* byEffect(
  search: Standing<ReadonlySet<string>>,
  layers: Layers,
  parts: readonly LayerPart[],
): AsyncGenerator<TraceStep, string> {
  let left = parts;
  while (left.length > 0) {
    const turned = yield* search.round(left.map((part) => layers.turned(search.state, part)));
    if (turned === undefined) return 'no remaining part helps';
    left = left.filter((_, index) => index !== turned);
  }
  return 'every part has been tried';
}
