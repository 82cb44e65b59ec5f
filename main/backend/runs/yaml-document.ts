import { readFileSync, statSync } from 'node:fs';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { StockpotError } from '../../errors.ts';
import { withFileErrors } from '../../files/file-errors.ts';

/** A recipe is a page of text; whatever is larger is something else. */
const LARGEST_FILE = 1 << 20;

export interface YamlFile {
  readonly path: string;
  /** The document as plain data. */
  readonly value: unknown;
  /** The line (from 1) on which the value at `path` stands, or the nearest enclosing value that is there. */
  lineOf(path: readonly PropertyKey[]): number;
}

/**
 * @throws StockpotError `file/not-found`, `file/permission`, `recipe-file/too-large`, `recipe-file/bad-yaml` (with line and column)
 */
export function readYaml(path: string): YamlFile {
  const size = withFileErrors(path, () => statSync(path).size);
  if (size > LARGEST_FILE) {
    throw new StockpotError({
      code: 'recipe-file/too-large',
      what: `The file has ${size} bytes; a recipe file has at most ${LARGEST_FILE}`,
      where: path,
      remedy: 'Name a recipe file (YAML); checkpoints are named inside it.',
    });
  }
  return parseYaml(
    withFileErrors(path, () => readFileSync(path, 'utf8')),
    path,
  );
}

/** @throws StockpotError `recipe-file/bad-yaml` */
export function parseYaml(text: string, path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw badYaml(path, `line ${line}, column ${col}: ${error.message}`);
  }
  return { path, value: plainValue(document, path), lineOf: (at) => lineOf(document, lines, at) };
}

/**
 * Checks `file` against `schema`.
 * @throws StockpotError `recipe-file/invalid`, every finding with its line in the details
 */
export function checkYaml<T>(file: YamlFile, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(file.value ?? {});
  if (parsed.success) return parsed.data;
  const findings = parsed.error.issues
    .flatMap((issue) => findingsOf(issue, file))
    .sort((a, b) => a.line - b.line)
    .map(({ line, text }) => `line ${line}: ${text}`);
  throw new StockpotError({
    code: 'recipe-file/invalid',
    what: 'The recipe file is not valid',
    where: file.path,
    details: findings,
  });
}

function findingsOf(issue: z.core.$ZodIssue, file: YamlFile): readonly { line: number; text: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { line: file.lineOf(path), text: `${path.join('.')}: there is no such field` };
    });
  }
  const name = issue.path.join('.');
  const missing =
    issue.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message);
  const message = missing ? 'is missing' : issue.message;
  return [{ line: file.lineOf(issue.path), text: name === '' ? message : `${name}: ${message}` }];
}

function plainValue(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS();
  } catch (thrown) {
    // Aliases that expand without bound end here.
    throw badYaml(path, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === undefined) break;
    offset = next.offset;
    node = next.node;
  }
  return lines.linePos(offset).line;
}

function childOf(parent: unknown, key: PropertyKey): { node: unknown; offset: number } | undefined {
  if (!isNode(parent)) return undefined;
  if (isMap(parent)) {
    const pair = parent.items.find((item) => (isScalar(item.key) ? item.key.value : item.key) === key);
    if (pair === undefined || !isNode(pair.key)) return undefined;
    return { node: pair.value, offset: pair.key.range?.[0] ?? 0 };
  }
  const node: unknown = 'items' in parent && Array.isArray(parent.items) ? parent.items[Number(key)] : undefined;
  return isNode(node) ? { node, offset: node.range?.[0] ?? 0 } : undefined;
}

function badYaml(path: string, detail: string): StockpotError {
  return new StockpotError({
    code: 'recipe-file/bad-yaml',
    what: 'The recipe file is not valid YAML',
    where: path,
    details: [detail],
  });
}
