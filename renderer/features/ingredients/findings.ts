/** The kinds of difference between a checkpoint and its architecture, as the service words them. */
type FindingKind = 'missing' | 'extra' | 'shape' | 'renamed' | 'other';

const FINDING_TITLES: Readonly<Record<FindingKind, string>> = {
  missing: 'missing',
  extra: 'not part of it',
  shape: 'of another shape',
  renamed: 'renamed',
  other: 'other',
};

/** `conv1.weight [16, 1, 3, 3] is missing` → missing. */
function kindOf(finding: string): FindingKind {
  if (/ is missing$/.test(finding)) return 'missing';
  if (/ is extra$| is not part of it$/.test(finding)) return 'extra';
  if (/ has shape | is \[[\d, ]*\], not /.test(finding)) return 'shape';
  if (/ is called | renamed/.test(finding)) return 'renamed';
  return 'other';
}

/** `3 missing, 1 of another shape`; nothing where the findings are of no known kind. */
export function summaryOf(findings: readonly string[]): string {
  const kinds = findings.map(kindOf);
  return (['missing', 'extra', 'shape', 'renamed'] as const)
    .flatMap((kind) => {
      const count = kinds.filter((own) => own === kind).length;
      return count === 0 ? [] : [`${count} ${FINDING_TITLES[kind]}`];
    })
    .join(', ');
}
