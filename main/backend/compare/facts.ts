export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Nested settings as lines: `augmentation.shift` → `1`. Lists stay whole. */
export function flattened(settings: Readonly<Record<string, unknown>>, prefix = ''): readonly Fact[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return flattened(value as Readonly<Record<string, unknown>>, `${name}.`);
    }
    return [{ name, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  });
}
