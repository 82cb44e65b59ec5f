import { type Command, Option } from 'commander';
import { DTYPES } from '../backend/exports/choices.ts';
import {
  LAYOUT_OPTIONS,
  type LayoutOption,
  type LayoutOptions,
  OUTPUT_FORMATS,
  type OutputFormat,
  outputFacts,
} from '../checkpoints/output-formats.ts';
import { StockpotError } from '../errors.ts';
import type { Mixture } from '../mix/mixture.ts';

/** Values of `--dtype`, by what they mean. */
export const DTYPE_FLAGS: Readonly<Record<string, Mixture['dtype']>> = Object.fromEntries(
  DTYPES.map(({ flag, value }) => [flag, value]),
);

/** Values of `--format`, by what they mean. */
export const FORMAT_FLAGS: Readonly<Record<string, OutputFormat>> = Object.fromEntries(
  OUTPUT_FORMATS.map((format) => [outputFacts(format).flag, format]),
);

/** Endings of output files, for help. */
export const OUTPUT_ENDINGS: string = OUTPUT_FORMATS.flatMap((format) => outputFacts(format).extensions).join(', ');

/** Flags as commander names them: `shardSize` of `--shard-size`. */
export type LayoutFlags = Readonly<Record<string, unknown>>;

/** Adds a flag for everything that some format gives a choice of. */
export function addLayoutOptions(command: Command): Command {
  for (const option of offered()) {
    const { flag, description, kind } = LAYOUT_OPTIONS[option];
    const titles = OUTPUT_FORMATS.map(outputFacts).filter(({ options }) => options.includes(option));
    command.addOption(
      new Option(
        kind === 'switch' ? `--${flag}` : `--${flag} <${kind === 'bytes' ? 'size' : 'text'}>`,
        `${titles.map(({ title }) => title).join(', ')}: ${description}`,
      ),
    );
  }
  return command;
}

/** @throws StockpotError `cli/bad-usage` */
export function layoutOf(flags: LayoutFlags): LayoutOptions {
  const layout: Partial<Record<LayoutOption, unknown>> = {};
  for (const option of offered()) {
    const { flag, kind } = LAYOUT_OPTIONS[option];
    const given = flags[flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    if (given === undefined) continue;
    layout[option] = kind === 'bytes' ? parseSize(String(given), `--${flag}`) : given;
  }
  return layout as LayoutOptions;
}

function offered(): readonly LayoutOption[] {
  const known = new Set<string>(OUTPUT_FORMATS.flatMap((format) => outputFacts(format).options));
  return (Object.keys(LAYOUT_OPTIONS) as LayoutOption[]).filter((option) => known.has(option));
}

const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30 };

/** `5GB` is 5·10⁹ bytes, as Hugging Face's libraries count; `5GiB` is 5·2³⁰. */
function parseSize(text: string, where: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]i?B)$/i.exec(text.trim());
  const bytes = match === null ? 0 : Math.floor(Number(match[1]) * UNITS[match[2]!.toUpperCase()]!);
  if (bytes >= 1000) return bytes;
  throw new StockpotError({
    code: 'cli/bad-usage',
    what: `'${text}' is not a size`,
    where,
    remedy: 'Give a number and a unit: 5GB, 500MB.',
  });
}
