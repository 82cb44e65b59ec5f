interface Descendant {
  readonly id: number;
  readonly baseId: number | null;
}

export interface LineageNode<Subject> {
  readonly subject: Subject;
  /** What was fine-tuned from it. */
  readonly children: readonly LineageNode<Subject>[];
}

/**
 * Who descends from whom. An ingredient whose base is not in the list (another filter, deleted) starts a line of its own, and
 * so does one that would be its own ancestor.
 */
export function lineageOf<Subject extends Descendant>(subjects: readonly Subject[]): readonly LineageNode<Subject>[] {
  const byId = new Map(subjects.map((subject) => [subject.id, subject]));
  const isRoot = (subject: Subject): boolean => {
    const seen = new Set<number>();
    for (let at: Subject | undefined = subject; at !== undefined; at = byId.get(at.baseId ?? 0)) {
      if (seen.has(at.id)) return at.id === subject.id;
      seen.add(at.id);
    }
    return subject.baseId === null || !byId.has(subject.baseId);
  };
  const roots = subjects.filter(isRoot);
  const rootIds = new Set(roots.map(({ id }) => id));
  const nodeOf = (subject: Subject): LineageNode<Subject> => ({
    subject,
    children: subjects.filter(({ id, baseId }) => baseId === subject.id && !rootIds.has(id)).map(nodeOf),
  });
  return roots.map(nodeOf);
}
