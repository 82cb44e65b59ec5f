import type { PairVerdict } from './ancestry.ts';
import type { AncestryGroup } from './groups.ts';
import type { TensorSimilarity } from './similarity.ts';

interface Comparison {
  readonly names: readonly string[];
  readonly tensors: readonly TensorSimilarity[];
  readonly pairs: readonly PairVerdict[];
  readonly groups: readonly AncestryGroup[];
}

/** How many names a sentence lists before it counts. */
const MOST_NAMES = 4;

/** What remains to be done where a plain average fails (docs/alignment.md). */
const REMEDY =
  'To average them all the same, rearrange their hidden channels first: stockpot align writes aligned files, and a chain of align and a soup aligns while it cooks.';

/** What a comparison found, each finding a sentence. */
export function describeComparison(comparison: Comparison): readonly string[] {
  return [
    ...ancestrySentences(comparison),
    ...unsureSentences(comparison),
    ...reinitialisedSentences(comparison),
    ...duplicateSentences(comparison),
    ...specialSentences(comparison),
  ];
}

function ancestrySentences({ names, groups }: Comparison): readonly string[] {
  const clauses = groups.flatMap(({ members }, index) => {
    if (members.length < 2) return [];
    return [`${listed(members, names)} share ${index === 0 ? 'an' : 'another'} ancestor`];
  });
  const strangers = groups.filter(({ members, others }) => members.length === 1 && others === 'different');
  const apart = strangers.flatMap(({ members }) => members);
  if (clauses.length === 0 && apart.length === names.length && apart.length > 1) {
    return [
      `${listed(apart, names)} were each trained from another initialisation: a plain average of them will fail.`,
      REMEDY,
    ];
  }
  if (apart.length > 0) {
    const origin =
      apart.length === 1 ? 'was trained from another initialisation' : 'were each trained from another initialisation';
    clauses.push(
      `${listed(apart, names)} ${origin}: a plain average of ${listed(apart, names)} with the others will fail`,
    );
  } else if (clauses.length > 1) clauses.push('a plain average of members of different groups will fail');
  if (clauses.length === 0) return [];
  const isOne = apart.length === 0 && clauses.length === 1;
  return [`${clauses.join('; ')}.`, ...(isOne ? [] : [REMEDY])];
}

function unsureSentences({ names, pairs, groups }: Comparison): readonly string[] {
  const groupOf = (index: number): AncestryGroup => groups.find(({ members }) => members.includes(index))!;
  const open = pairs.filter(({ a, b, verdict }) => verdict === 'unsure' && groupOf(a) !== groupOf(b));
  return open.map(({ a, b, judged, related }) => {
    const why =
      judged === 0
        ? 'they have no matrix in common that is large enough to tell'
        : `${related} of ${judged} tensors are related`;
    return `Whether ${names[a]} and ${names[b]} share an ancestor can’t be told: ${why}.`;
  });
}

/** Once for each set of parts, with the pairs that it holds for. */
function reinitialisedSentences({ names, pairs }: Comparison): readonly string[] {
  const partly = pairs.filter(({ verdict, unrelatedParts }) => verdict === 'same' && unrelatedParts.length > 0);
  const byParts = Map.groupBy(partly, ({ unrelatedParts }) => enumeration(unrelatedParts));
  return [...byParts].map(([parts, alike]) => {
    const members = [...new Set(alike.flatMap(({ a, b }) => [a, b]))].toSorted((a, b) => a - b);
    return `Between ${listed(members, names)} all but ${parts} are related: ${parts} was initialised anew or has lost every trace, and averages to noise.`;
  });
}

function duplicateSentences({ names, pairs }: Comparison): readonly string[] {
  return pairs
    .filter(({ duplicates }) => duplicates)
    .map(({ a, b }) => `${names[a]} and ${names[b]} hold the same numbers: one of them is enough.`);
}

function specialSentences({ names, tensors }: Comparison): readonly string[] {
  return names.flatMap((name, checkpoint) => {
    const special = tensors.filter(({ facts }) =>
      facts.some((fact) => fact.checkpoint === checkpoint && fact.nanCount + fact.infinityCount > 0),
    );
    if (special.length === 0) return [];
    return [`${name} holds NaN or infinities in ${enumeration(special.map((tensor) => tensor.name))}.`];
  });
}

function listed(members: readonly number[], names: readonly string[]): string {
  return enumeration(
    members.map((index) => names[index]!),
    Number.POSITIVE_INFINITY,
  );
}

function enumeration(words: readonly string[], most = MOST_NAMES): string {
  const shown = words.length > most ? [...words.slice(0, most), `${words.length - most} more`] : words;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
