import { statSync } from 'node:fs';
import { z } from 'zod';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { architectureSchema } from '../../architectures/architecture-schema.ts';
import { StockpotError } from '../../errors.ts';
import type { Backend } from '../backend.ts';
import { type JobContext, jobKind } from '../jobs/job-kind.ts';
import { JointProgress } from '../jobs/joint-progress.ts';
import { nameOfCheckpoint } from './checkpoint-paths.ts';
import { inspectHeader } from './inspect.ts';
import { projectHint } from './project-hint.ts';
import { readingSchema } from './reading-schema.ts';

const request = z.object({
  projectId: z.int(),
  files: z
    .array(
      z.object({
        path: z.string(),
        reading: readingSchema.optional(),
        name: z.string().optional(),
        hyperparameters: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .readonly(),
  architecture: architectureSchema.optional(),
});

type ImportFiles = z.infer<typeof request>;

type Parts = Pick<Backend, 'ingredients' | 'datasets'>;

/** Takes checkpoints into a project; what fits comes in even where others do not. */
export function importKind(parts: Parts) {
  return jobKind({
    name: 'import',
    weight: 'light',
    request,
    perform: (wanted, context) => importFiles(parts, wanted, context),
  });
}

async function importFiles(parts: Parts, { projectId, files, architecture }: ImportFiles, context: JobContext) {
  const ids: number[] = [];
  const { onProgress } = context;
  const sizes = files.map(({ path }) => Math.max(1, statSync(path, { throwIfNoEntry: false })?.size ?? 0));
  const stage = files.length === 1 ? 'Reading the checkpoint' : `Reading ${files.length} checkpoints`;
  const joint = new JointProgress(stage, 'bytes', sizes, onProgress);
  const refused: { readonly path: string; readonly error: StockpotError }[] = [];
  const known = projectHint(parts, projectId);
  let fitting: ArchitectureSpec | undefined = architecture ?? known.architecture;
  for (const [index, file] of files.entries()) {
    const name = file.name ?? nameOfCheckpoint(file.path);
    try {
      fitting ??= (await inspectHeader(file.path, undefined, known.hint, file.reading)).architecture;
      const { hyperparameters } = file;
      const { ingredient, remarks } = await parts.ingredients.import(
        {
          projectId,
          path: file.path,
          name,
          reading: file.reading,
          architecture: fitting,
          ...(hyperparameters === undefined ? {} : { hyperparameters }),
        },
        { signal: context.signal, onProgress: joint.part(index) },
      );
      ids.push(ingredient.id);
      context.send({ kind: 'log', text: `Imported ${ingredient.name}` });
      for (const remark of remarks) context.send({ kind: 'log', text: `${ingredient.name}: ${remark}` });
      context.expect({ kind: 'ingredients', projectId, ids: [...ids] });
    } catch (thrown) {
      if (!(thrown instanceof StockpotError) || thrown.kind !== 'input') throw thrown;
      refused.push({ path: file.path, error: thrown });
      context.send({ kind: 'log', text: `${name} does not come in: ${thrown.what}` });
    }
    joint.finish(index);
  }
  const total = files.length;
  onProgress({ stage: 'Imported', done: total - refused.length, total, unit: 'checkpoints' });
  if (refused.length > 0) throw incomplete(refused, total);
  return { kind: 'ingredients' as const, projectId, ids };
}

function incomplete(
  refused: readonly { readonly path: string; readonly error: StockpotError }[],
  total: number,
): StockpotError {
  const [first] = refused;
  if (refused.length === 1 && total === 1) return first!.error;
  return new StockpotError({
    code: 'ingredients/import-incomplete',
    what: `${refused.length} of ${total} checkpoints could not be imported`,
    details: refused.flatMap(({ path, error }) => [
      `${path}: ${error.what}`,
      ...error.details.map((detail) => `  ${detail}`),
    ]),
    remedy: 'The others are in. Put the files right and resume, or leave them out.',
  });
}
