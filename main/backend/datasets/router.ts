import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StoredSplit } from '../../../db/repositories/datasets.ts';
import { CORRUPTIONS } from '../../data/corruptions/index.ts';
import { mnistSplits } from '../../data/mnist.ts';
import { LEAST_CORRELATION } from '../../data/near-duplicates/find.ts';
import { type DataSource, parseDataSource, SOURCE_KINDS } from '../../data/source.ts';
import { service } from '../api/service.ts';
import type { Backend } from '../backend.ts';
import type { JobQueue } from '../jobs/queue.ts';
import { withToldProgress } from '../jobs/told-progress.ts';
import { checkLeakage } from './check-leakage.ts';
import { describeSource } from './describe-source.ts';
import { findNearDuplicates } from './find-near-duplicates.ts';
import type { PrepareSplits } from './prepare-splits.ts';
import { corruptSamples, countClasses, inspectSource, readSamples } from './samples.ts';
import type { PreparedSplit } from './service.ts';

/** The nearest; of what a person has to look at, more would help nobody. */
const MOST_PAIRS_SHOWN = 60;

const ROLES = ['train', 'selection', 'test'];

export function datasetsRouter({ datasets, projects, paths }: Backend, queue: JobQueue) {
  const { datasets: contract } = service;
  const named = ({ id, role, name }: PreparedSplit) => ({ id, role, name });
  const list = (projectId: number) =>
    datasets
      .list(projectId)
      .flatMap(({ name, splits }) => splits.map((split) => rowOf(split, projectId, name)))
      .toSorted((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.name.localeCompare(b.name) || b.id - a.id);
  const rowOf = (split: StoredSplit, projectId: number, dataset: string) => {
    const source = split.source as DataSource;
    return {
      ...split,
      projectId,
      dataset,
      source: { ...source },
      description: describeSource(source),
      runCount: datasets.runCount(split.id),
      prepared: existsSync(join(paths.splits, split.key)),
    };
  };
  const start = (request: PrepareSplits) => {
    projects.summary(request.projectId);
    const { splits, projectId } = request;
    const title = splits.length === 1 ? `Prepare ${splits[0]!.name}` : `Prepare ${splits.length} splits`;
    return { jobId: queue.start({ kind: 'prepare-splits', title, projectId, request }).id };
  };
  return {
    list: contract.list.handler(({ input }) => list(input.projectId)),
    sources: contract.sources.handler(() =>
      SOURCE_KINDS.map(({ schema, ...kind }) => ({
        ...kind,
        schema: z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>,
      })),
    ),
    inspect: contract.inspect.handler(({ input, signal }) =>
      inspectSource(parseDataSource(input.source, 'source'), signal),
    ),
    add: contract.add.handler(({ input: { splits, ...rest } }) =>
      start({
        ...rest,
        splits: splits.map(({ source, ...split }) => ({ ...split, source: parseDataSource(source, split.name) })),
      }),
    ),
    addMnist: contract.addMnist.handler(({ input: { projectId, seed, shifted } }) => {
      const { train, selection, tests } = mnistSplits(seed);
      return start({
        projectId,
        dataset: 'MNIST',
        splits: [
          { role: 'train', name: 'train', source: train },
          { role: 'selection', name: 'selection', source: selection },
          ...(shifted ? tests : tests.slice(0, 1)).map((test) => ({ role: 'test' as const, ...test })),
        ],
      });
    }),
    remove: contract.remove.handler(({ input }) => {
      datasets.remove(input.id);
      return { id: input.id };
    }),
    samples: contract.samples.handler(async ({ input, signal }) =>
      readSamples(await ready(input.splitId, signal), input),
    ),
    balance: contract.balance.handler(async ({ input, signal }) => ({
      counts: countClasses(await ready(input.splitId, signal)),
    })),
    corruptions: contract.corruptions.handler(() =>
      Object.entries(CORRUPTIONS).map(([kind, { apply: _, ...card }]) => ({ kind, ...card })),
    ),
    corrupt: contract.corrupt.handler(async ({ input, signal }) =>
      corruptSamples(await ready(input.splitId, signal), input),
    ),
    leakage: contract.leakage.handler(async ({ input, signal }) => {
      const pairs = await checkLeakage(datasets, input.projectId, signal);
      return pairs.map(({ seen, scored, ...counts }) => ({ seen: named(seen), scored: named(scored), ...counts }));
    }),
    nearDuplicates: contract.nearDuplicates.handler(({ input, signal }) =>
      withToldProgress(async (told) => {
        const pairs = await findNearDuplicates(datasets, input.projectId, told);
        return {
          kind: 'found' as const,
          leastCorrelation: LEAST_CORRELATION,
          pairs: pairs.map(({ seen, scored, found }) => ({
            seen: named(seen),
            scored: named(scored),
            shape: scored.ref.sampleShape,
            of: scored.ref.sampleCount,
            count: found.length,
            nearest: found.slice(0, MOST_PAIRS_SHOWN),
          })),
        };
      }, signal),
    ),
  };

  async function ready(splitId: number, signal: AbortSignal | undefined) {
    return (await datasets.ready(splitId, signal === undefined ? {} : { signal })).ref;
  }
}
