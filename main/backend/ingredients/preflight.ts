import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { ExportRepository } from '../../../db/repositories/exports.ts';
import type { Ingredient } from '../../../db/repositories/ingredients.ts';
import type { Architecture, ArchitectureSpec } from '../../architectures/architecture.ts';
import { architectureName, buildArchitecture } from '../../architectures/build.ts';
import type { DetectionHint } from '../../architectures/detect.ts';
import type { Reading, StateDictChoice, TensorInfo } from '../../checkpoints/checkpoint.ts';
import type { ProposedMapping } from '../../checkpoints/names/propose-mapping.ts';
import { isSameReading } from '../../checkpoints/reading.ts';
import { tensorInfo } from '../../checkpoints/tensor-size.ts';
import { type ErrorFacts, StockpotError } from '../../errors.ts';
import type { CellKind } from './check/differences.ts';
import { checkHeaders } from './check/headers.ts';
import { matrixOf, type TensorMatrix } from './check/matrix.ts';
import { findCheckpoints, nameOfCheckpoint } from './checkpoint-paths.ts';
import { inspectHeader } from './inspect.ts';
import { wantedNames } from './open-fitting.ts';
import { originOf, type SoupOrigin } from './origin-run.ts';
import { wholeCheckpoints } from './whole-checkpoint.ts';

export interface PreflightRequest {
  readonly paths: readonly string[];
  /** What the project has already. */
  readonly present: readonly Ingredient[];
  /** What all have to fit: as the user says or, failing that, as the project has it. */
  readonly given?: ArchitectureSpec | undefined;
  readonly ofProject?: ArchitectureSpec | undefined;
  readonly hint?: DetectionHint;
  /** How files are to be read, by their absolute paths. */
  readonly readings?: ReadonlyMap<string, Reading | undefined>;
  /** By which exported soups are known again. */
  readonly exports?: Pick<ExportRepository, 'ofSize'>;
}

interface LookedAt {
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

interface PreflightFile extends LookedAt {
  readonly stateDict: string | null;
  readonly stateDicts: readonly StateDictChoice[];
  readonly cells: readonly CellKind[];
  readonly proposal: Pick<ProposedMapping, 'pairs' | 'complete'> | null;
  readonly origin: SoupOrigin | null;
}

interface Reference {
  readonly spec: ArchitectureSpec;
  readonly from: 'given' | 'project' | 'first';
}

export interface Preflight {
  readonly architecture: (Reference & { readonly name: string }) | null;
  readonly tensors: TensorMatrix['tensors'];
  readonly files: readonly PreflightFile[];
  readonly passedOver: number;
}

/**
 * Opens every checkpoint's header and says what would come in and what would not, and why. Nothing is written and no tensor read.
 * @throws StockpotError `file/…` for a path that is not there, `ingredients/too-many-files`
 */
export async function preflight(request: PreflightRequest, signal?: AbortSignal): Promise<Preflight> {
  const { paths: parts, passedOver } = findCheckpoints(request.paths);
  const wholeOf = wholeCheckpoints();
  const paths = new Set<string>();
  for (const part of parts) paths.add(await wholeOf(part));
  let reference = knownReference(request);
  const looked: LookedAt[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    const { file, spec } = await look(path, reference?.spec, request);
    if (reference === undefined && spec !== undefined) reference = { spec, from: 'first' };
    looked.push(file);
    await setImmediate();
  }
  return {
    architecture: reference === undefined ? null : { ...reference, name: architectureName(reference.spec) },
    ...(await hold(looked, reference?.spec, request, signal)),
    passedOver,
  };
}

/** All files against what the architecture, or else the first one, holds. */
async function hold(
  looked: readonly LookedAt[],
  spec: ArchitectureSpec | undefined,
  { readings, exports }: PreflightRequest,
  signal: AbortSignal | undefined,
): Promise<Pick<Preflight, 'tensors' | 'files'>> {
  const check = await checkHeaders({
    files: looked.map(({ path }) => ({ path, reading: readings?.get(path) })),
    wanted: spec === undefined ? undefined : wantedTensors(buildArchitecture(spec)),
    signal,
  });
  const { tensors, cells } = matrixOf(check);
  const files: PreflightFile[] = [];
  for (const [index, file] of looked.entries()) {
    const { stateDict, stateDicts, proposal } = check.files[index]!;
    files.push({
      ...file,
      stateDict,
      stateDicts,
      cells: cells[index]!,
      proposal: file.fits ? null : proposal,
      origin: exports === undefined ? null : await originOf(file.path, exports, signal),
    });
  }
  return { tensors, files };
}

/** What files of the architecture hold; counters that the graph does not need, where a file has them. */
function wantedTensors(architecture: Architecture): (found: readonly string[]) => readonly TensorInfo[] {
  const known = new Map(architecture.parameters.map((parameter) => [parameter.name, parameter]));
  return (found) =>
    wantedNames(architecture, found).map((name) => {
      const { shape, dtype } = known.get(name)!;
      return tensorInfo(name, dtype, shape)!;
    });
}

function knownReference({ given, ofProject }: PreflightRequest): Reference | undefined {
  if (given !== undefined) return { spec: given, from: 'given' };
  return ofProject === undefined ? undefined : { spec: ofProject, from: 'project' };
}

async function look(
  path: string,
  wanted: ArchitectureSpec | undefined,
  { present, hint = {}, readings }: PreflightRequest,
): Promise<{ readonly file: LookedAt; readonly spec: ArchitectureSpec | undefined }> {
  const asked = readings?.get(path);
  const common = {
    path,
    name: nameOfCheckpoint(path),
    knownId:
      present.find((one) => one.path === path && (asked === undefined || isSameReading(one.reading, asked)))?.id ??
      null,
  };
  try {
    const { architecture, remarks, format, byteSize, parameterCount } = await inspectHeader(path, wanted, hint, asked);
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
