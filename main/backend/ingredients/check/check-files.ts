import { basename } from 'node:path';
import { architectureName } from '../../../architectures/build.ts';
import { detectArchitecture } from '../../../architectures/detect.ts';
import { bareNames } from '../../../checkpoints/names/wrappers.ts';
import type { JobOptions } from '../../jobs/job-options.ts';
import { type CheckedHeader, checkHeaders, type FileToCheck, type HeaderCheck } from './headers.ts';
import { checkValues, type ValueCheck } from './values.ts';

export interface FilesCheck {
  /** They can be averaged, as far as that can be told without scoring the outcome. */
  readonly mergeable: boolean;
  /** Why not. */
  readonly problems: readonly string[];
  /** What does not stand in the way. */
  readonly notes: readonly string[];
  /** What the files are called. */
  readonly names: readonly string[];
  /** For people: `resnet18`; null where the family is not known. */
  readonly architecture: string | null;
  readonly headers: HeaderCheck;
  /** Of the files that can be read and agree; undefined where there are none or only headers were wanted. */
  readonly values: (ValueCheck & { readonly files: readonly number[] }) | undefined;
}

/**
 * Whether checkpoints can be averaged: the same tensors, sound numbers, a shared ancestor.
 * @throws StockpotError `job/cancelled`, as `checkValues`
 */
export async function checkFiles(
  files: readonly FileToCheck[],
  { headersOnly, ...options }: JobOptions & { readonly headersOnly: boolean },
): Promise<FilesCheck> {
  const headers = await checkHeaders({ files, signal: options.signal });
  const names = namesOf(files);
  const agreeing = headers.files.flatMap(({ agrees }, index) => (agrees ? [index] : []));
  const values = headersOnly || agreeing.length === 0 ? undefined : await valuesOf(agreeing, names, headers, options);
  const problems = [...headerProblems(headers, names), ...valueProblems(values, names)];
  return {
    mergeable: problems.length === 0,
    problems,
    notes: [...headerNotes(headers, names), ...valueNotes(values, names)],
    names,
    architecture: architectureOf(headers),
    headers,
    values,
  };
}

function namesOf(files: readonly FileToCheck[]): readonly string[] {
  const short = files.map(({ path }) => basename(path));
  return short.map((name, index) => (short.indexOf(name) === short.lastIndexOf(name) ? name : files[index]!.path));
}

async function valuesOf(
  agreeing: readonly number[],
  names: readonly string[],
  { files }: HeaderCheck,
  options: JobOptions,
): Promise<FilesCheck['values']> {
  const chosen = agreeing.map((index) => ({
    path: files[index]!.path,
    reading: files[index]!.reading,
    name: names[index]!,
  }));
  return { ...(await checkValues(chosen, options)), files: agreeing };
}

function architectureOf({ reference }: HeaderCheck): string | null {
  const bare = bareNames(reference.map(({ name }) => name))?.names;
  const detection = detectArchitecture(reference.map(({ name, shape }) => ({ name: bare?.get(name) ?? name, shape })));
  return detection.kind === 'found' ? architectureName(detection.spec) : null;
}

const KINDS = { missing: 'missing', extra: 'extra', shape: 'of another shape', type: 'of another type' } as const;

/** `2 tensors missing, 1 extra` */
function countDifferences({ differences }: CheckedHeader): string {
  return (['missing', 'extra', 'shape', 'type'] as const)
    .flatMap((kind) => {
      const count = differences.filter((one) => one.kind === kind).length;
      return count === 0 ? [] : [`${count} ${KINDS[kind]}`];
    })
    .join(', ');
}

function headerProblems({ files }: HeaderCheck, names: readonly string[]): readonly string[] {
  return files.flatMap((file, index) => {
    if (file.problem !== null) return [`${names[index]} cannot be read: ${file.problem.what}`];
    if (file.agrees) return [];
    const proposed = file.proposal?.complete === true ? '; all of them may be the others under other names' : '';
    return [`${names[index]} does not hold the same tensors: ${countDifferences(file)}${proposed}`];
  });
}

function headerNotes({ files }: HeaderCheck, names: readonly string[]): readonly string[] {
  return files.flatMap((file, index) => {
    const about = (text: string): string => `${names[index]}: ${text}`;
    const precisions = file.differences.filter(({ kind }) => kind === 'precision').length;
    return [
      ...(file.nameRemark === null ? [] : [about(file.nameRemark)]),
      ...file.remarks.map(about),
      ...(precisions === 0 ? [] : [about(`${precisions} tensors are of another precision; they are widened exactly`)]),
      ...file.shared.map(({ tensors, tied }) =>
        about(`${tensors.join(', ')} ${tied ? 'are tied: the same numbers' : 'share memory'}`),
      ),
    ];
  });
}

/** What makes an average of these numbers useless. */
function valueProblems(values: FilesCheck['values'], names: readonly string[]): readonly string[] {
  if (values === undefined) return [];
  const { comparison, files } = values;
  const spoilt = files.flatMap((file, own) => {
    const tensors = comparison.tensors.filter(({ facts }) =>
      facts.some(({ checkpoint, nanCount, infinityCount }) => checkpoint === own && nanCount + infinityCount > 0),
    );
    return tensors.length === 0
      ? []
      : [`${names[file]} holds NaN or infinities in ${tensors.map(({ name }) => name).join(', ')}`];
  });
  const different = comparison.pairs.some(({ verdict }) => verdict === 'different');
  return [...spoilt, ...(different ? [comparison.sentences[0]!] : [])];
}

function valueNotes(values: FilesCheck['values'], names: readonly string[]): readonly string[] {
  if (values === undefined) return [];
  const { comparison, duplicates, files } = values;
  const told = new Set(valueProblems(values, names));
  return [
    ...duplicates.map(
      (same) => `${same.map((own) => names[files[own]!]).join(' and ')} are the same file, byte for byte.`,
    ),
    ...comparison.sentences.filter((sentence) => !told.has(sentence) && !/ holds NaN or infinities in /.test(sentence)),
  ];
}
