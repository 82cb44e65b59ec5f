import { z } from 'zod';
import { dataSourceSchema } from '../../data/source.ts';
import type { Backend } from '../backend.ts';
import { type JobContext, jobKind } from '../jobs/job-kind.ts';

const request = z.object({
  projectId: z.int(),
  dataset: z.string(),
  splits: z
    .array(z.object({ role: z.enum(['train', 'selection', 'test']), name: z.string(), source: dataSourceSchema }))
    .readonly(),
});

export type PrepareSplits = z.infer<typeof request>;

/** Lays splits out in the cache and remembers them for their project. */
export function prepareSplitsKind(parts: Pick<Backend, 'datasets'>) {
  return jobKind({
    name: 'prepare-splits',
    weight: 'light',
    request,
    perform: (wanted, context) => prepareSplits(parts, wanted, context),
  });
}

async function prepareSplits(
  { datasets }: Pick<Backend, 'datasets'>,
  { projectId, dataset, splits }: PrepareSplits,
  { signal, onProgress, send, expect }: JobContext,
) {
  const ids: number[] = [];
  for (const { role, name, source } of splits) {
    const split = await datasets.prepare({ projectId, dataset, role, name, source }, { signal, onProgress });
    ids.push(split.id);
    const shape = split.ref.sampleShape.join(' × ');
    send({
      kind: 'log',
      text: `${name}: ${split.ref.sampleCount} samples of ${shape}, ${split.ref.classCount} classes`,
    });
    expect({ kind: 'splits', projectId, ids: [...ids] });
  }
  return { kind: 'splits' as const, projectId, ids };
}
