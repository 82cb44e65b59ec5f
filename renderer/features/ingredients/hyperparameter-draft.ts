/** One hyper-parameter as it is being written: parts of a nested one are named with dots. */
export interface DraftRow {
  readonly name: string;
  readonly text: string;
}

type Leaves = ReadonlyMap<string, unknown>;

/** `{ augmentation: { shift: 1 } }` → `augmentation.shift`: 1. Lists and what is empty stay whole. */
function leavesOf(values: Readonly<Record<string, unknown>>, prefix = ''): Leaves {
  return new Map(
    Object.entries(values).flatMap(([key, value]): (readonly [string, unknown])[] =>
      isGroup(value) ? [...leavesOf(value, `${prefix}${key}.`)] : [[`${prefix}${key}`, value]],
    ),
  );
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

export function draftOf(values: Readonly<Record<string, unknown>>): readonly DraftRow[] {
  return [...leavesOf(values)].map(([name, value]) => ({ name, text: textOf(value) }));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * What the rows say. `0.1` is a number, `true` a truth value, `[1, 2]` a list, everything else text; a value that was not touched
 * stays exactly as it was. Rows without a name and a value are left out.
 * @param before where the draft began
 */
export function valuesOf(
  rows: readonly DraftRow[],
  before: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const known = leavesOf(before);
  const values: Record<string, unknown> = {};
  for (const { name, text } of rows) {
    const key = name.trim();
    if (key === '') continue;
    const old = known.get(key);
    put(values, key.split('.'), known.has(key) && textOf(old) === text ? old : parsed(text.trim()));
  }
  return values;
}

/** What keeps the rows from being saved. */
export function faultIn(rows: readonly DraftRow[]): string | undefined {
  const names = rows
    .filter(({ name, text }) => name.trim() !== '' || text.trim() !== '')
    .map(({ name }) => name.trim());
  if (names.includes('')) return 'Every value needs a name';
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `“${twice}” is there twice`;
  const broken = names.find((name) => name.split('.').includes(''));
  if (broken !== undefined) return `“${broken}” has an empty part between its dots`;
  const within = names.find((name) => names.some((other) => other.startsWith(`${name}.`)));
  return within === undefined ? undefined : `“${within}” is a value and a group at once`;
}

function parsed(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (!text.startsWith('[')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function put(values: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  const isLast = rest.length === 0;
  const group = Object.hasOwn(values, key!) ? (values[key!] as Record<string, unknown>) : {};
  const content = isLast ? value : group;
  // A property of its own, whatever the name.
  Object.defineProperty(values, key!, { value: content, enumerable: true, configurable: true, writable: true });
  if (!isLast) put(group, rest, value);
}
