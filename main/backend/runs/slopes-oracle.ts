import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import type { EnginePool } from '../../engine/pool.ts';
import type { SlopesTask } from '../../engine/protocol.ts';
import { StockpotError } from '../../errors.ts';
import type { Coefficients, LearningSplit, SlopesOracle, SlopesRequest } from '../../recipes/recipe.ts';
import type { PreparedSplit } from '../datasets/service.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { CookRequest } from './cook-request.ts';

/** Splits of a request that recipes may learn from. */
export function learnsFrom({
  selection,
  train,
}: {
  readonly selection?: unknown;
  readonly train?: unknown;
}): readonly LearningSplit[] {
  return [
    ...(selection === undefined ? [] : (['selection'] as const)),
    ...(train === undefined ? [] : (['train'] as const)),
  ];
}

/**
 * Answers a recipe's questions by a session of questions with an engine process of its own.
 * @param scoped what the run's scope makes of coefficients
 */
export function slopesOracle(
  engines: EnginePool,
  request: Pick<CookRequest, 'ingredients' | 'runtime' | 'selection' | 'train'> & {
    readonly architecture: ArchitectureSpec;
  },
  scoped: (coefficients: Coefficients) => Coefficients,
  { signal, onProgress }: JobOptions,
): SlopesOracle {
  return {
    async open({ split: wanted, groups, keptBytes }) {
      const split = splitOf(request, wanted);
      const { learned, places, fixed } = divideGroups(groups, request.ingredients.length, scoped);
      const task: SlopesTask = {
        kind: 'slopes',
        architecture: request.architecture,
        // Only tfjs differentiates: where the run uses another runtime, it takes the first of its devices that works.
        device: request.runtime.runtime === 'tfjs' ? request.runtime.device : 'auto',
        ingredients: request.ingredients.map(({ ingredient: { path, sha256, reading } }) => ({
          path,
          sha256,
          reading,
        })),
        groups: learned,
        fixed,
        split: split.ref,
        keptBytes,
      };
      onProgress?.({ stage: 'Reading the ingredients', done: 0, total: 0, unit: 'ingredients' });
      const { session, facts } = await engines.openSlopes(task, signal);
      const ask = { coefficientsOf: (table: readonly (readonly number[])[]) => places.map((g) => table[g]!) };
      return {
        sampleCount: split.ref.sampleCount,
        runtime: facts.runtimeIdentity,
        async slopes({ coefficients, ...question }, { done, total }) {
          onProgress?.({ stage: 'Learning', done, total, unit: 'steps' });
          const answer = await session.ask({
            ...question,
            want: 'slopes',
            coefficients: ask.coefficientsOf(coefficients),
          });
          // Groups without a tensor within the scope make no difference.
          const rows = coefficients.map((row) => row.map(() => 0) as readonly number[]);
          for (const [k, g] of places.entries()) rows[g] = answer.slopes[k]!;
          return { ...answer, slopes: rows };
        },
        score: ({ coefficients, ...question }) =>
          session.ask({ ...question, want: 'score', coefficients: ask.coefficientsOf(coefficients) }),
        close: () => session.close(),
      };
    },
  };
}

function splitOf({ selection, train }: Pick<CookRequest, 'selection' | 'train'>, wanted: LearningSplit): PreparedSplit {
  const found = wanted === 'train' ? train : selection;
  if (found !== undefined) return found;
  throw new StockpotError({
    code: 'recipe/nothing-to-learn-from',
    what: `There is no ${wanted} split to learn from`,
    remedy: 'Give the run one.',
  });
}

interface DividedGroups {
  readonly learned: SlopesTask['groups'];
  /** For each of them, its index among all groups. */
  readonly places: readonly number[];
  readonly fixed: SlopesTask['fixed'];
}

/** What the scope leaves of each group, and what it takes from one ingredient as it is. */
function divideGroups(
  groups: SlopesRequest['groups'],
  ingredientCount: number,
  scoped: (coefficients: Coefficients) => Coefficients,
): DividedGroups {
  const weights = new Array<number>(ingredientCount).fill(1);
  const whole = groups.map(({ tensors }, g) => ({ name: String(g), tensors, weights }));
  const left = scoped({ groups: whole }).groups;
  const named = left.flatMap(({ name, tensors }) => (tensors === 'rest' ? [] : [{ name, tensors }]));
  const mixed = new Set(named.flatMap(({ tensors }) => tensors));
  const others = groups.flatMap(({ tensors }) => tensors).filter((tensor) => !mixed.has(tensor));
  const frozen = left.find(({ tensors }) => tensors === 'rest');
  return {
    learned: named.map(({ name, tensors }) => ({ name: groups[Number(name)]!.name, tensors })),
    places: named.map(({ name }) => Number(name)),
    fixed: frozen === undefined ? [] : [{ name: frozen.name, tensors: others, weights: frozen.weights }],
  };
}
