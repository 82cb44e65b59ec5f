import type { Command } from 'commander';
import type { FilesCheck } from '../backend/ingredients/check/check-files.ts';
import type { CheckedHeader } from '../backend/ingredients/check/headers.ts';
import { printable } from './printable.ts';
import { addReadingOptions, filesOf } from './reading-options.ts';
import { TerminalProgress } from './terminal-progress.ts';
import { grouped, textTable } from './text-table.ts';
import { cancellable } from './with-backend.ts';

interface CheckFlags {
  readonly map?: string;
  readonly stateDict?: string;
  readonly writeMap?: string;
  readonly headersOnly: boolean;
  readonly tensors: boolean;
  readonly json: boolean;
}

const NOT_MERGEABLE = 2;

/** Lines of one file's differences, unless all are wanted. */
const MOST_LISTED = 20;

export function register(program: Command): void {
  const command = program
    .command('check')
    .summary('can these checkpoints be averaged?')
    .description(
      'Hold checkpoints against the first one: missing, extra, differently shaped or typed tensors, names, duplicates, NaN, shared ' +
        'tensors, and whether they share an ancestor, tensor by tensor. Nothing is written but the map asked for. Exit code 0 when ' +
        'they can be averaged, 2 when not.',
    )
    .argument('<files...>', 'checkpoints')
    .option('--write-map <file>', 'write the proposed names to a file, for you to confirm and use with --map')
    .option('--headers-only', 'do not read any numbers: no hashes, no NaN, no ancestry', false)
    .option('--tensors', 'list every tensor that differs and every cosine', false)
    .option('--json', 'print everything as JSON', false)
    .action(async (files: readonly string[], flags: CheckFlags) => {
      await check(files, flags);
    });
  addReadingOptions(command);
}

async function check(paths: readonly string[], flags: CheckFlags): Promise<void> {
  const { checkFiles } = await import('../backend/ingredients/check/check-files.ts');
  const files = await filesOf(paths, flags);
  const progress = new TerminalProgress(!flags.json);
  try {
    const found = await cancellable((signal) =>
      checkFiles(files, { signal, onProgress: progress.show, headersOnly: flags.headersOnly }),
    );
    progress.end();
    const mapped = flags.writeMap === undefined ? undefined : await writeMap(flags.writeMap, found);
    console.log(flags.json ? JSON.stringify(asJson(found)) : describe(found, flags));
    if (mapped !== undefined && !flags.json) console.log(mapped);
    if (!found.mergeable) process.exitCode = NOT_MERGEABLE;
  } finally {
    progress.end();
  }
}

async function writeMap(path: string, { headers }: FilesCheck): Promise<string> {
  const { basename, relative, dirname, resolve } = await import('node:path');
  const { mapFileText } = await import('../backend/ingredients/map-file.ts');
  const { writeFileAtomically } = await import('../files/atomic-file.ts');
  const maps = headers.files.flatMap(({ path: file, proposal }) => {
    if (proposal === null) return [];
    const names = Object.fromEntries(proposal.pairs.map(({ name, inFile }) => [name, inFile]));
    const short = relative(dirname(resolve(path)), resolve(file)).replaceAll('\\', '/');
    return [[short === '' ? basename(file) : short, names] as const];
  });
  if (maps.length === 0) return '\nNo map was written: no names are proposed.';
  writeFileAtomically(path, mapFileText(new Map(maps)));
  return `\nWrote the proposed names to ${path}. Look them through, then use them with --map ${path}`;
}

function describe(found: FilesCheck, flags: CheckFlags): string {
  const { headers, names, values } = found;
  const sections = [
    headline(found),
    ...bullets('✗', found.problems),
    ...headers.files.flatMap((file, index) => differences(names[index]!, file, flags.tensors)),
    ...(found.notes.length === 0 ? [] : ['', ...bullets('·', found.notes)]),
    '',
    filesTable(found),
    ...(values === undefined || values.comparison.pairs.length === 0 ? [] : ['', pairsTable(found)]),
    ...(values === undefined || !flags.tensors ? [] : ['', cosinesTable(found)]),
  ];
  return sections.join('\n');
}

function headline({ mergeable, headers, architecture, problems }: FilesCheck): string {
  const files = count(headers.files.length, 'checkpoint');
  const what = architecture === null ? '' : ` of ${architecture}`;
  if (mergeable) return `Mergeable: ${files}${what}, ${count(headers.reference.length, 'tensor')}.`;
  return `Not mergeable: ${count(problems.length, 'problem')} in ${files}${what}.`;
}

function bullets(mark: string, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${mark} ${printable(line)}`);
}

function differences(name: string, file: CheckedHeader, all: boolean): readonly string[] {
  if (file.agrees || file.problem !== null) return [];
  const lines = file.differences.filter(({ kind }) => kind !== 'precision').map(lineOf);
  const shown = all ? lines : lines.slice(0, MOST_LISTED);
  const left = lines.length - shown.length;
  return [
    '',
    `  ${printable(name)}`,
    ...shown.map((line) => `      ${printable(line)}`),
    ...(left > 0 ? [`      and ${left} more (--tensors lists all)`] : []),
    ...proposalLines(file, all),
  ];
}

function lineOf({ kind, tensor, wanted, found }: CheckedHeader['differences'][number]): string {
  if (kind === 'missing') return `missing  ${tensor} ${wanted}`;
  if (kind === 'extra') return `extra    ${tensor} ${found}`;
  return `${kind.padEnd(7)}  ${tensor} is ${found}, not ${wanted}`;
}

function proposalLines({ proposal }: CheckedHeader, all: boolean): readonly string[] {
  if (proposal === null) return [];
  const renames = proposal.pairs.filter(({ name, inFile }) => name !== inFile);
  const shown = all ? renames : renames.slice(0, MOST_LISTED);
  return [
    `      These names may stand for each other (--write-map FILE writes them down for you to confirm):`,
    ...shown.map(({ name, inFile, reason }) => `        ${printable(inFile)} → ${printable(name)}  (by ${reason})`),
    ...(renames.length > shown.length ? [`        and ${renames.length - shown.length} more`] : []),
  ];
}

function filesTable({ headers, names, values }: FilesCheck): string {
  return textTable(
    [
      { title: 'file', align: 'left' },
      { title: 'format', align: 'left' },
      { title: 'state dict', align: 'left' },
      { title: 'tensors', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'types', align: 'left' },
      { title: 'SHA-256', align: 'left' },
    ],
    headers.files.map((file, index) => {
      const own = values?.files.indexOf(index) ?? -1;
      return [
        names[index]!,
        file.format ?? '–',
        file.stateDict === null || file.stateDict === '' ? '–' : file.stateDict,
        grouped(file.tensors.length),
        grouped(parameters(file)),
        types(file),
        own < 0 ? '–' : values!.hashes[own]!.slice(0, 12),
      ];
    }),
  );
}

function parameters({ tensors }: CheckedHeader): number {
  return tensors.reduce((sum, { dtype, elementCount }) => sum + (/F\d/.test(dtype) ? elementCount : 0), 0);
}

function types({ tensors }: CheckedHeader): string {
  const counts = Map.groupBy(tensors, ({ dtype }) => dtype);
  return [...counts].map(([dtype, alike]) => `${alike.length} ${dtype}`).join(', ');
}

function pairsTable({ names, values }: FilesCheck): string {
  const { comparison, files } = values!;
  const VERDICTS = { same: 'shared', different: 'none', unsure: 'unsure' } as const;
  return textTable(
    [
      { title: 'pair', align: 'left' },
      { title: 'ancestor', align: 'left' },
      { title: 'related tensors', align: 'right' },
      { title: 'identical', align: 'right' },
      { title: 'cosine: lowest', align: 'right' },
      { title: 'median', align: 'right' },
      { title: 'highest', align: 'right' },
    ],
    comparison.pairs.map(({ a, b, verdict, related, judged, tensors }) => {
      const cosines = tensors
        .flatMap(({ cosine, relation }) => (cosine === undefined || relation.kind === 'set-aside' ? [] : [cosine]))
        .sort((left, right) => left - right);
      const at = (place: number): string => cosines[Math.floor(place * (cosines.length - 1))]?.toFixed(4) ?? '–';
      return [
        `${names[files[a]!]} – ${names[files[b]!]}`,
        VERDICTS[verdict],
        `${related} of ${judged}`,
        `${tensors.filter(({ relation }) => relation.kind === 'identical').length}`,
        at(0),
        at(0.5),
        at(1),
      ];
    }),
  );
}

function cosinesTable({ names, values }: FilesCheck): string {
  const { comparison, files } = values!;
  return textTable(
    [
      { title: 'cosine by tensor', align: 'left' },
      ...comparison.pairs.map(({ a, b }) => ({
        title: `${names[files[a]!]} – ${names[files[b]!]}`,
        align: 'right' as const,
      })),
    ],
    comparison.tensors.map(({ name }) => [
      name,
      ...comparison.pairs.map(({ tensors }) => tensors.find((one) => one.name === name)?.cosine?.toFixed(4) ?? '–'),
    ]),
  );
}

function asJson({ mergeable, problems, notes, names, architecture, headers, values }: FilesCheck): unknown {
  return {
    mergeable,
    problems,
    notes,
    architecture,
    files: headers.files.map(({ tensors, reading, metadata, ...file }, index) => ({
      name: names[index],
      ...file,
      ...(reading === undefined ? {} : { reading }),
      metadata,
      tensorCount: tensors.length,
      ...(values === undefined || !values.files.includes(index)
        ? {}
        : { sha256: values.hashes[values.files.indexOf(index)] }),
      tensors: tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    })),
    ...(values === undefined
      ? {}
      : {
          compared: values.files.map((index) => names[index]),
          duplicates: values.duplicates.map((same) => same.map((own) => names[values.files[own]!])),
          sentences: values.comparison.sentences,
          groups: values.comparison.groups,
          pairs: values.comparison.pairs,
        }),
  };
}

function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
