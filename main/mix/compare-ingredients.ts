import { basename } from 'node:path';
import { isFloating, type TensorInfo } from '../checkpoints/checkpoint.ts';
import { StockpotError } from '../errors.ts';
import type { TensorSource } from './plan.ts';

/**
 * Ingredients must hold the same tensors: the same names and shapes; floating-point types may differ (they are widened
 * exactly), others may not.
 * @throws StockpotError `mix/mismatched-ingredients`, every difference from the first ingredient in its details
 */
export function checkSameTensors(sources: readonly TensorSource[]): void {
  const [first, ...others] = sources;
  if (first === undefined) return;
  const findings = others.flatMap((other) => differences(first, other));
  if (findings.length === 0) return;
  throw new StockpotError({
    code: 'mix/mismatched-ingredients',
    what: `The ingredients do not hold the same tensors: ${findings.length} ${findings.length === 1 ? 'difference' : 'differences'}`,
    where: first.path,
    details: findings,
    remedy: 'Only checkpoints of one architecture can be averaged; tensors must agree in name, shape and type.',
  });
}

function differences(first: TensorSource, other: TensorSource): readonly string[] {
  const label = basename(other.path) === basename(first.path) ? other.path : basename(other.path);
  const missing = [...first.tensors.values()].filter((tensor) => !other.tensors.has(tensor.name));
  const extra = [...other.tensors.values()].filter((tensor) => !first.tensors.has(tensor.name));
  const renames = pairRenames(missing, extra);
  const renamed = new Set(renames.values());
  const findings: string[] = [];
  for (const tensor of missing) {
    const newName = renames.get(tensor.name);
    findings.push(
      newName === undefined
        ? `${label}: ${tensor.name} ${shapeOf(tensor)} is missing`
        : `${label}: ${tensor.name} ${shapeOf(tensor)} is missing, ${newName} may be its new name`,
    );
  }
  for (const tensor of extra) {
    if (!renamed.has(tensor.name)) findings.push(`${label}: ${tensor.name} ${shapeOf(tensor)} is extra`);
  }
  for (const tensor of first.tensors.values()) {
    const twin = other.tensors.get(tensor.name);
    if (twin !== undefined) findings.push(...tensorDifferences(label, tensor, twin));
  }
  return findings;
}

function tensorDifferences(label: string, tensor: TensorInfo, twin: TensorInfo): readonly string[] {
  if (shapeOf(tensor) !== shapeOf(twin)) {
    return [`${label}: ${tensor.name} has shape ${shapeOf(twin)}, not ${shapeOf(tensor)}`];
  }
  const mixable = tensor.dtype === twin.dtype || (isFloating(tensor.dtype) && isFloating(twin.dtype));
  return mixable ? [] : [`${label}: ${tensor.name} has type ${twin.dtype}, not ${tensor.dtype}`];
}

/** For each missing tensor an extra one of the same shape and type whose name ends, or else begins, most like it, each used once. */
function pairRenames(missing: readonly TensorInfo[], extra: readonly TensorInfo[]): ReadonlyMap<string, string> {
  const byKind = new Map<string, Set<string>>();
  for (const tensor of extra) {
    const kind = kindOf(tensor);
    byKind.set(kind, (byKind.get(kind) ?? new Set()).add(tensor.name));
  }
  const pairs = new Map<string, string>();
  for (const tensor of missing) {
    const candidates = byKind.get(kindOf(tensor));
    let best: string | undefined;
    let bestLikeness = 0;
    for (const name of candidates ?? []) {
      const found = likeness(name, tensor.name);
      if (found > bestLikeness) {
        best = name;
        bestLikeness = found;
      }
    }
    if (best === undefined) continue;
    candidates?.delete(best);
    pairs.set(tensor.name, best);
  }
  return pairs;
}

function kindOf(tensor: TensorInfo): string {
  return `${tensor.dtype}${shapeOf(tensor)}`;
}

function shapeOf(tensor: TensorInfo): string {
  return `[${tensor.shape.join(', ')}]`;
}

/**
 * Endings say what a tensor is (`.weight`), so a common one counts for more than any common beginning, and a beginning counts
 * only when it is half a name. 0: nothing in common.
 */
function likeness(a: string, b: string): number {
  const prefix = commonPrefixLength(a, b);
  const begins = 2 * prefix >= Math.min(a.length, b.length);
  return commonSuffixLength(a, b) + (begins ? prefix / (1 + Math.max(a.length, b.length)) : 0);
}

function commonSuffixLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

function commonPrefixLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
