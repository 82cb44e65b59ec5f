import type { Client } from '../../preload/contract/contract.ts';
import type { BenchWorkspace } from './workspace.ts';

const NEWEST = [{ column: 'id', descending: true }];
const BEST = [{ column: 'accuracy.clean', descending: true }];
const FOUR = [
  { column: 'recipe', descending: false },
  ...BEST,
  { column: 'shifted', descending: true },
  { column: 'seconds', descending: false },
];
const THREE_VALUES = 'clean > 97% and lead.blur > 0 and shifted > 80%';

/** Every call that answers with a list, as the pages make it; what it takes depends on the size of the workspace. */
export function listCalls(
  client: Client,
  { search, comparison }: BenchWorkspace,
): Readonly<Record<string, () => Promise<unknown>>> {
  const projectId = search.id;
  const { runs } = client;
  const page = { projectId, limit: 100 };
  const figures = search.columns.filter((id) => /^(accuracy|lead|loss)\.|^(selection|shifted|seconds)$/.test(id));
  return {
    'projects.list': () => client.projects.list(),
    'projects.overview': () => client.projects.overview({ id: projectId }),
    'ingredients.list': () => client.ingredients.list({ projectId }),
    'datasets.list': () => client.datasets.list({ projectId }),
    'jobs.list': () => client.jobs.list(),
    'runs.columns': () => runs.columns({ projectId }),
    'runs.list, newest': () => runs.list({ ...page, sort: NEWEST }),
    'runs.list, by a score': () => runs.list({ ...page, sort: BEST }),
    'runs.list, by four columns': () => runs.list({ ...page, sort: FOUR }),
    'runs.list, in the middle': () => runs.list({ ...page, sort: BEST, offset: 5000 }),
    'runs.list, three values filtered': () => runs.list({ ...page, where: THREE_VALUES, sort: NEWEST }),
    'runs.list, filtered and sorted': () => runs.list({ ...page, where: THREE_VALUES, sort: FOUR }),
    'runs.list, a text': () => runs.list({ ...page, where: 'greedy', sort: NEWEST }),
    'runs.list, of all projects': () => runs.list({ limit: 100, sort: BEST }),
    'runs.ids': () => runs.ids({ projectId, sort: BEST }),
    'runs.groups, four figures': () => runs.groups({ ...page, limit: 50, sort: BEST, columns: figures.slice(0, 4) }),
    'runs.groups, all figures': () => runs.groups({ ...page, limit: 50, sort: BEST, columns: figures }),
    'runs.groups, filtered': () =>
      runs.groups({ ...page, limit: 50, where: THREE_VALUES, sort: BEST, columns: figures }),
    'compare.choices': () => client.compare.choices({ projectId }),
    'compare.overview, 50 subjects': () =>
      client.compare.overview({ projectId: comparison.id, subjects: [...comparison.subjects] }),
  };
}

/** Milliseconds of each call, `repeats` times over, in turns. */
export async function timeLists(
  calls: Readonly<Record<string, () => Promise<unknown>>>,
  repeats: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < repeats; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const start = performance.now();
      await call();
      times.get(name)!.push(performance.now() - start);
    }
  }
  return times;
}
