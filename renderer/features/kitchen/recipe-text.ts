import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, YAMLSeq } from 'yaml';

/** An ingredient as a recipe file names it. */
export interface DraftIngredient {
  readonly path: string;
  readonly name?: string;
  readonly sha256?: string;
  /** Which of the file's tensors are meant, and under which names, where it says so. */
  readonly stateDict?: string | undefined;
  readonly map?: Readonly<Record<string, string>> | undefined;
}

/** What the form shows of a recipe file; everything else in it stays as it is written. */
export interface RecipeDraft {
  readonly recipe: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Which tensors are mixed; undefined where all are. */
  readonly scope: Readonly<Record<string, unknown>> | undefined;
  readonly ingredients: readonly DraftIngredient[];
  readonly splits: {
    readonly train?: unknown;
    readonly selection?: unknown;
    readonly test: Readonly<Record<string, unknown>>;
  };
  readonly runtime: string;
  readonly device: string;
  readonly seed: number;
  readonly accumulate: string;
  readonly dtype: string;
}

/** Something that is wrong with a recipe's text, and on which line (from 1) where that is known. */
export interface Finding {
  readonly line?: number;
  readonly message: string;
}

export type ReadText =
  | { readonly kind: 'read'; readonly draft: RecipeDraft }
  | { readonly kind: 'broken'; readonly findings: readonly Finding[] };

/** A place in the file: `['options', 'order']`. */
export type Place = readonly (string | number)[];

/** The text as the form sees it; not YAML at all, it says where. What the values mean is the service's to judge. */
export function readText(text: string): ReadText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const findings = document.errors.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, message }));
    return { kind: 'broken', findings };
  }
  try {
    return readValue(document.toJS());
  } catch (thrown) {
    // Aliases that expand without bound end here.
    return { kind: 'broken', findings: [{ message: thrown instanceof Error ? thrown.message : String(thrown) }] };
  }
}

function readValue(value: unknown): ReadText {
  const file = recordOf(value);
  if (file === undefined) {
    return { kind: 'broken', findings: [{ line: 1, message: 'A recipe file is a list of fields: “recipe: greedy”' }] };
  }
  const splits = recordOf(file.splits) ?? {};
  return {
    kind: 'read',
    draft: {
      recipe: textOf(file.recipe, ''),
      options: recordOf(file.options) ?? {},
      scope: recordOf(file.scope),
      ingredients: Array.isArray(file.ingredients) ? file.ingredients.flatMap(ingredientOf) : [],
      splits: {
        ...(splits.train == null ? {} : { train: splits.train }),
        ...(splits.selection == null ? {} : { selection: splits.selection }),
        test: recordOf(splits.test) ?? {},
      },
      runtime: textOf(file.runtime, 'onnx'),
      device: textOf(file.device, 'auto'),
      seed: typeof file.seed === 'number' ? file.seed : 0,
      accumulate: textOf(file.accumulate, 'f32'),
      dtype: textOf(file.dtype, 'keep'),
    },
  };
}

/** The text with another value at `place`, or without it; comments and order stay. The text has to be YAML. */
export function withValue(text: string, place: Place, value: unknown): string {
  return edited(text, (document) => {
    if (value === undefined) document.deleteIn(place);
    else document.setIn(place, document.createNode(value));
  });
}

/** The text with another scope, beside the options that it goes with, or without one. */
export function withScope(text: string, scope: Readonly<Record<string, unknown>> | undefined): string {
  return edited(text, (document) => {
    if (scope === undefined) document.delete('scope');
    else if (document.has('scope') || !isMap(document.contents)) document.set('scope', document.createNode(scope));
    else {
      const after = document.contents.items.findIndex(({ key }) => isScalar(key) && key.value === 'options');
      document.contents.items.splice(after + 1, 0, document.createPair('scope', scope));
    }
  });
}

/** The text of another recipe with these options. */
export function withRecipe(text: string, recipe: string, options: Readonly<Record<string, unknown>> = {}): string {
  return edited(text, (document) => {
    document.set('recipe', recipe);
    document.set('options', document.createNode(options));
  });
}

/** The text with these ingredients, in this order; what it says of those that it had stays as it is written. */
export function withIngredients(text: string, chosen: readonly DraftIngredient[]): string {
  return edited(text, (document) => {
    const present = document.get('ingredients');
    const items = isSeq(present) ? present.items : [];
    const known = items.flatMap((node) => {
      const value = isMap(node) ? ingredientOf(node.toJSON()) : [];
      return value.map((ingredient) => ({ node, ingredient }));
    });
    const next = chosen.map((ingredient) => {
      const match = known.find((entry) => isSameIngredient(entry.ingredient, ingredient));
      return match === undefined ? document.createNode(ingredient) : match.node;
    });
    const sequence = new YAMLSeq(document.schema);
    sequence.flow = next.length === 0;
    sequence.items = next;
    document.set('ingredients', sequence);
  });
}

/** By content where both say what it is, else by place; names count where both give some. */
export function isSameIngredient(a: DraftIngredient, b: DraftIngredient): boolean {
  if (a.stateDict !== b.stateDict) return false;
  if (a.map !== undefined && b.map !== undefined && canonical(a.map) !== canonical(b.map)) return false;
  return a.sha256 !== undefined && b.sha256 !== undefined ? a.sha256 === b.sha256 : a.path === b.path;
}

/** Whether two sources give the same samples; a source with its files' hashes is the same as one without. */
export function isSameSource(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(source: unknown): string {
  const plain = recordOf(source);
  if (plain === undefined) return JSON.stringify(source ?? null);
  const { sha256: _, ...rest } = plain;
  return JSON.stringify(sorted(rest));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const plain = recordOf(value);
  if (plain === undefined) return value;
  const keys = Object.keys(plain).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(plain[key])]));
}

/** The text after a change of what it says; comments and order stay. The text has to be YAML. */
export function edited(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text);
  change(document);
  return document.toString({ lineWidth: 0 });
}

function ingredientOf(value: unknown): readonly DraftIngredient[] {
  const entry = recordOf(value);
  if (entry === undefined || typeof entry.path !== 'string') return [];
  return [
    {
      path: entry.path,
      ...(typeof entry.name === 'string' ? { name: entry.name } : {}),
      ...(typeof entry.sha256 === 'string' ? { sha256: entry.sha256 } : {}),
      ...(typeof entry.stateDict === 'string' ? { stateDict: entry.stateDict } : {}),
      ...(recordOf(entry.map) === undefined ? {} : { map: recordOf(entry.map) as Readonly<Record<string, string>> }),
    },
  ];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
