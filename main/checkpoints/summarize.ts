const USUALLY_SHOWN = 10;
const LONGEST_SHOWN = 100;

/** Names out of a file, as few and as short as a message can take. */
export function summarize(names: readonly string[], most: number = USUALLY_SHOWN): string {
  const shown = names
    .slice(0, most)
    .map((name) => (name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}
