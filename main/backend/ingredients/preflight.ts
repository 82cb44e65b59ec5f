import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { ArchitectureSpec } from '../../architectures/architecture.ts';
import { architectureName } from '../../architectures/build.ts';
import type { DetectionHint } from '../../architectures/detect.ts';
import { type ErrorFacts, StockpotError } from '../../errors.ts';
import { findCheckpoints, nameOfCheckpoint } from './checkpoint-paths.ts';
import { inspectHeader } from './inspect.ts';

export interface PreflightRequest {
  readonly paths: readonly string[];
  /** What the project has already. */
  readonly present: readonly Ingredient[];
  /** What all have to fit: as the user says or, failing that, as the project has it. */
  readonly given?: ArchitectureSpec | undefined;
  readonly ofProject?: ArchitectureSpec | undefined;
  readonly hint?: DetectionHint;
}

interface PreflightFile {
  readonly path: string;
  readonly name: string;
  readonly fits: boolean;
  readonly knownId: number | null;
  readonly format: string | null;
  readonly byteSize: number;
  readonly parameterCount: number | null;
  readonly architecture: string | null;
  readonly problem: ErrorFacts | null;
  readonly remarks: readonly string[];
}

interface Reference {
  readonly spec: ArchitectureSpec;
  readonly from: 'given' | 'project' | 'first';
}

export interface Preflight {
  readonly architecture: (Reference & { readonly name: string }) | null;
  readonly files: readonly PreflightFile[];
  readonly passedOver: number;
}

/**
 * Opens every checkpoint's header and says what would come in and what would not, and why. Nothing is written and no tensor read.
 * @throws StockpotError `file/…` for a path that is not there, `ingredients/too-many-files`
 */
export async function preflight(request: PreflightRequest, signal?: AbortSignal): Promise<Preflight> {
  const { paths, passedOver } = findCheckpoints(request.paths);
  let reference = knownReference(request);
  const files: PreflightFile[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    const { file, spec } = await look(path, reference?.spec, request);
    if (reference === undefined && spec !== undefined) reference = { spec, from: 'first' };
    files.push(file);
    await setImmediate();
  }
  return {
    architecture: reference === undefined ? null : { ...reference, name: architectureName(reference.spec) },
    files,
    passedOver,
  };
}

function knownReference({ given, ofProject }: PreflightRequest): Reference | undefined {
  if (given !== undefined) return { spec: given, from: 'given' };
  return ofProject === undefined ? undefined : { spec: ofProject, from: 'project' };
}

async function look(
  path: string,
  wanted: ArchitectureSpec | undefined,
  { present, hint = {} }: PreflightRequest,
): Promise<{ readonly file: PreflightFile; readonly spec: ArchitectureSpec | undefined }> {
  const common = {
    path,
    name: nameOfCheckpoint(path),
    knownId: present.find((ingredient) => ingredient.path === path)?.id ?? null,
  };
  try {
    const { architecture, remarks, format, byteSize, parameterCount } = await inspectHeader(path, wanted, hint);
    const facts = { format, byteSize, parameterCount, architecture: architectureName(architecture) };
    return { file: { ...common, ...facts, fits: true, problem: null, remarks }, spec: architecture };
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    const byteSize = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const facts = { format: null, byteSize, parameterCount: null, architecture: null };
    return {
      file: { ...common, ...facts, fits: false, problem: thrown.toFacts(), remarks: [] },
      spec: undefined,
    };
  }
}
