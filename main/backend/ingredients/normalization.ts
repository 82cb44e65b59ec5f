import { openCheckpoint } from '../../checkpoints/open.ts';
import { normalizationSchema } from '../../data/source.ts';
import type { Normalization } from '../../data/split.ts';

/** The key under which a checkpoint says how its images were normalised in training. */
const NORMALIZATION_KEY = 'stockpot.normalization';

export function normalizationEntry({ mean, std }: Normalization): Readonly<Record<string, string>> {
  return { [NORMALIZATION_KEY]: JSON.stringify({ mean, std }) };
}

/**
 * The normalisation that all the checkpoints name, if they name the same one.
 * @throws StockpotError as `openCheckpoint`
 */
export async function agreedNormalization(paths: readonly string[]): Promise<Normalization | undefined> {
  const [first, ...others] = await Promise.all(paths.map(recordedNormalization));
  if (first === undefined) return undefined;
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first : undefined;
}

async function recordedNormalization(path: string): Promise<Normalization | undefined> {
  const checkpoint = await openCheckpoint(path);
  try {
    const text = checkpoint.metadata[NORMALIZATION_KEY];
    return text === undefined ? undefined : parse(text);
  } finally {
    checkpoint.close();
  }
}

/** Metadata are anybody's text: what cannot be read says nothing. */
function parse(text: string): Normalization | undefined {
  try {
    const parsed = normalizationSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** One line for a user. */
export function describeNormalization({ mean, std }: Normalization): string {
  return `mean ${mean.join(', ')}, std ${std.join(', ')}`;
}

/** What to tell of data that name no normalisation when checkpoints name none either. */
export const NO_NORMALIZATION =
  'no normalization is given, so pixel values go in as 0 … 1; if the checkpoints were trained on others, scores will be poor';
