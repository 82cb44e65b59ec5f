/** A scope as a recipe file has it, whatever stands in it. */
export type Scope = Readonly<Record<string, unknown>>;

/** One pattern or a list of them, as a list. */
export function patternsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The scope with other patterns in one of its fields; undefined where nothing is left that it says. */
export function withPatterns(scope: Scope, field: 'only' | 'freeze', patterns: readonly string[]): Scope | undefined {
  const { [field]: _, ...rest } = scope;
  if (patterns.length === 0) return Object.keys(rest).length === 0 ? undefined : rest;
  return { ...scope, [field]: patterns.length === 1 ? patterns[0]! : [...patterns] };
}

/** Patterns for what names of several tensors begin or end with: `layer4.*`, `*.bias`. */
export function suggestedPatterns(tensors: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const tensor of tensors) {
    const words = tensor.split('.');
    const beginnings = words.slice(1, 4).map((_, i) => `${words.slice(0, i + 1).join('.')}.*`);
    const ending = words.length > 1 ? [`*.${words.at(-1)}`] : [];
    for (const pattern of [...beginnings, ...ending]) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return [...counts].flatMap(([pattern, count]) => (count > 1 && count < tensors.length ? [pattern] : []));
}
