import { z } from 'zod';
import { architectureSchema } from '../../architectures/architecture-schema.ts';
import { trainingConfigSchema } from '../../engine/training/config-schema.ts';
import type { Backend } from '../backend.ts';
import { type JobContext, jobKind } from '../jobs/job-kind.ts';
import { JointProgress } from '../jobs/joint-progress.ts';
import type { TrainRequest } from './training.ts';

const request = z.object({
  projectId: z.int(),
  trainings: z.array(z.object({ name: z.string(), config: trainingConfigSchema })).readonly(),
  initial: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('fresh'), seed: z.int(), architecture: architectureSchema }),
    z.object({ kind: z.literal('from'), ingredientId: z.int() }),
  ]),
  trainSplitId: z.int(),
  selectionSplitId: z.int(),
  device: z.string(),
});

type TrainFiles = z.infer<typeof request>;

type Parts = Pick<Backend, 'ingredients' | 'datasets' | 'engines'>;

/** Trains ingredients side by side, as many at once as there are engines. Those that were finished before are found again. */
export function trainKind(parts: Parts) {
  return jobKind({
    name: 'train',
    weight: 'heavy',
    request,
    perform: (wanted, context) => trainFiles(parts, wanted, context),
  });
}

async function trainFiles(parts: Parts, wanted: TrainFiles, context: JobContext) {
  const { projectId, trainings } = wanted;
  const common = await commonRequest(parts, wanted, context);
  const sizes = trainings.map(({ config }) => config.epochs * (config.samplesPerEpoch || common.train.ref.sampleCount));
  const atOnce = Math.min(trainings.length, parts.engines.size);
  const stage =
    trainings.length === 1
      ? `Training ${trainings[0]!.name}`
      : `Training ${trainings.length} ingredients, ${atOnce} at once`;
  const joint = new JointProgress(stage, 'images', sizes, (progress) => {
    const { done, total } = progress;
    context.onProgress({ ...progress, whole: { done, total, atMost: false } });
  });
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const ids: number[] = [];
  const work = trainings.map(async ({ name, config }, index) => {
    const { ingredient, reused } = await parts.ingredients.train(
      { ...common, name, config },
      {
        signal,
        onProgress: joint.part(index),
        onContinue: () => context.send({ kind: 'log', text: `${name} goes on after the last epoch that was finished` }),
        onEpoch: (report) => context.send({ kind: 'epoch', ingredient: name, epochs: config.epochs, report }),
      },
    );
    joint.finish(index);
    ids.push(ingredient.id);
    context.expect({ kind: 'ingredients', projectId, ids: [...ids] });
    context.send({
      kind: 'log',
      text: reused ? `${name} had been trained before and is used again` : `Trained ${name}`,
    });
    return ingredient.id;
  });
  try {
    return { kind: 'ingredients' as const, projectId, ids: await Promise.all(work) };
  } catch (thrown) {
    // One that fails ends the others: their engines would go on for nothing.
    failed.abort();
    await Promise.allSettled(work);
    throw thrown;
  }
}

async function commonRequest(
  { ingredients, datasets }: Parts,
  { projectId, initial, trainSplitId, selectionSplitId, device }: TrainFiles,
  { signal, onProgress }: JobContext,
): Promise<Omit<TrainRequest, 'name' | 'config'>> {
  const train = await datasets.ready(trainSplitId, { signal, onProgress });
  const selection = await datasets.ready(selectionSplitId, { signal, onProgress });
  if (initial.kind === 'fresh') {
    const { architecture, seed } = initial;
    return { projectId, architecture, initial: { kind: 'fresh', seed }, train, selection, device };
  }
  const base = ingredients.get(initial.ingredientId);
  return { projectId, architecture: base.architecture, initial: { kind: 'from', base }, train, selection, device };
}
