import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { prepareSplit } from '../../data/prepare.ts';
import type { DataSource } from '../../data/source.ts';
import type { SplitRef } from '../../data/split.ts';
import type { RuntimeChoice } from '../../engine/protocol.ts';
import { StockpotError } from '../../errors.ts';
import { inspectHeader, inspectIngredient } from '../ingredients/inspect.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { EvaluationService } from './service.ts';
import { ensembleSubject, ingredientSubject, type Subject, type WeightsSubject } from './subject.ts';

export interface EvaluateFilesRequest {
  readonly files: readonly { readonly path: string; readonly name: string }[];
  /** By name; at least one. */
  readonly splits: Readonly<Record<string, DataSource>>;
  /** Detected from each file, with the shape of the data, when left out. */
  readonly architecture?: ArchitectureSpec;
  readonly runtime: RuntimeChoice;
  /** Score the files' ensembles as well. */
  readonly ensembles: boolean;
}

export interface FileScores {
  readonly label: string;
  /** By the split's name. */
  readonly scores: Readonly<Record<string, Evaluation>>;
}

/**
 * Scores checkpoint files that belong to no project; predictions are kept in the workspace all the same.
 * @throws StockpotError `evaluations/different-architectures`, `ingredients/…`, `data/…`, `runtime/…`, `engine/…`
 */
export async function evaluateFiles(
  evaluations: EvaluationService,
  splitFolder: string,
  request: EvaluateFilesRequest,
  options: JobOptions,
): Promise<readonly FileScores[]> {
  const splits: (readonly [string, SplitRef])[] = [];
  for (const [name, source] of Object.entries(request.splits)) {
    splits.push([name, await prepareSplit(source, { ...options, cacheFolder: splitFolder, name })]);
  }
  const { sampleShape } = splits[0]![1];
  const members: WeightsSubject[] = [];
  const found = request.files.map(
    ({ path }) => inspectHeader(path, request.architecture, { inputShape: sampleShape }).architecture,
  );
  const architecture = onlyOne(found, request);
  for (const { path } of request.files) {
    const { facts } = await inspectIngredient(path, architecture.spec, options.signal);
    members.push(ingredientSubject(architecture, facts));
  }
  const subjects: readonly (readonly [string, Subject])[] = [
    ...request.files.map(({ name }, i) => [name, members[i]!] as const),
    ...(request.ensembles
      ? ([
          ['ensemble, mean logits', ensembleSubject('mean-logits', members)],
          ['ensemble, mean probabilities', ensembleSubject('mean-probabilities', members)],
        ] as const)
      : []),
  ];
  const rows = await evaluations.evaluate(
    {
      architecture: architecture.spec,
      runtime: request.runtime,
      subjects: subjects.map(([, subject]) => subject),
      splits: splits.map(([, ref]) => ref),
    },
    options,
  );
  return subjects.map(([label], row) => ({
    label,
    scores: Object.fromEntries(splits.map(([name], column) => [name, rows[row]![column]!])),
  }));
}

function onlyOne(
  found: readonly ArchitectureSpec[],
  { files }: EvaluateFilesRequest,
): ReturnType<typeof buildArchitecture> {
  const architectures = found.map((spec) => buildArchitecture(spec));
  const [first] = architectures;
  if (first !== undefined && architectures.every(({ graphHash }) => graphHash === first.graphHash)) return first;
  throw new StockpotError({
    code: 'evaluations/different-architectures',
    what: 'The checkpoints belong to different architectures',
    details: architectures.map(({ name }, i) => `${files[i]!.path}: ${name}`),
    remedy: 'Evaluate those of each architecture by themselves.',
  });
}
