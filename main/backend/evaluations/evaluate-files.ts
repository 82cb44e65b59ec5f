import type { Evaluation } from '../../../db/repositories/evaluations.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import type { Reading } from '../../checkpoints/checkpoint.ts';
import { prepareSplit } from '../../data/prepare.ts';
import type { DataSource } from '../../data/source.ts';
import type { SplitRef } from '../../data/split.ts';
import type { RuntimeChoice } from '../../engine/protocol.ts';
import { StockpotError } from '../../errors.ts';
import { inspectHeader, inspectIngredient } from '../ingredients/inspect.ts';
import { agreedNormalization, describeNormalization, NO_NORMALIZATION } from '../ingredients/normalization.ts';
import type { JobOptions } from '../jobs/job-options.ts';
import type { EvaluationService } from './service.ts';
import { ensembleSubject, ingredientSubject, type Subject, type WeightsSubject } from './subject.ts';

export interface EvaluateFilesRequest {
  readonly files: readonly {
    readonly path: string;
    readonly name: string;
    readonly reading?: Reading | undefined;
  }[];
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

interface EvaluateFilesOptions extends JobOptions {
  /** What a user should know of files or data although they can be used. */
  readonly onRemark?: (remark: string) => void;
}

/**
 * Scores checkpoint files that belong to no project; predictions are kept in the workspace all the same.
 * @throws StockpotError `evaluations/different-architectures`, `ingredients/…`, `data/…`, `runtime/…`, `engine/…`
 */
export async function evaluateFiles(
  evaluations: EvaluationService,
  splitFolder: string,
  request: EvaluateFilesRequest,
  options: EvaluateFilesOptions,
): Promise<readonly FileScores[]> {
  const splits: (readonly [string, SplitRef])[] = [];
  for (const [name, source] of Object.entries(await normalized(request, options.onRemark))) {
    splits.push([name, await prepareSplit(source, { ...options, cacheFolder: splitFolder, name })]);
  }
  const { sampleShape } = splits[0]![1];
  const members: WeightsSubject[] = [];
  const found: ArchitectureSpec[] = [];
  for (const { path, reading } of request.files) {
    found.push((await inspectHeader(path, request.architecture, { inputShape: sampleShape }, reading)).architecture);
  }
  const architecture = onlyOne(found, request);
  for (const { path, reading } of request.files) {
    const { facts, remarks } = await inspectIngredient(
      path,
      architecture.spec,
      options.signal === undefined ? {} : { signal: options.signal },
      reading,
    );
    for (const remark of remarks) options.onRemark?.(`${path}: ${remark}`);
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

/** Data that name no normalisation get the one that the checkpoints were trained with, where they say so. */
async function normalized(
  { splits, files }: EvaluateFilesRequest,
  onRemark: EvaluateFilesOptions['onRemark'],
): Promise<EvaluateFilesRequest['splits']> {
  const plain = Object.keys(splits).filter((name) => splits[name]!.normalization === undefined);
  if (plain.length === 0) return splits;
  const agreed = await agreedNormalization(files.map(({ path }) => path));
  if (agreed === undefined) {
    onRemark?.(`${plain.join(', ')}: ${NO_NORMALIZATION}`);
    return splits;
  }
  onRemark?.(`${plain.join(', ')}: normalised as the checkpoints say: ${describeNormalization(agreed)}`);
  const normalization = { mean: [...agreed.mean], std: [...agreed.std] };
  return Object.fromEntries(
    Object.entries(splits).map(([name, source]) => [
      name,
      { ...source, normalization: source.normalization ?? normalization },
    ]),
  );
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
