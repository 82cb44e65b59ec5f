import { setImmediate } from 'node:timers/promises';
import type {
  Checkpoint,
  Reading,
  SharedStorage,
  StateDictChoice,
  TensorInfo,
} from '../../../checkpoints/checkpoint.ts';
import type { CheckpointFormat } from '../../../checkpoints/formats.ts';
import { type ProposedMapping, proposeMapping } from '../../../checkpoints/names/propose-mapping.ts';
import { agreeOnNames } from '../../../checkpoints/names/wrappers.ts';
import { openCheckpoint } from '../../../checkpoints/open.ts';
import { renamed } from '../../../checkpoints/renamed.ts';
import { type ErrorFacts, StockpotError, throwIfCancelled } from '../../../errors.ts';
import { type Difference, differencesOf, isBlocking } from './differences.ts';

export interface FileToCheck {
  readonly path: string;
  readonly reading?: Reading | undefined;
}

/** What one file's header says, beside what all should hold. */
export interface CheckedHeader {
  readonly path: string;
  /** Why it cannot be opened; nothing else is known of it then. */
  readonly problem: ErrorFacts | null;
  readonly format: CheckpointFormat | null;
  /** As asked for, and without the names of what wrapped the network. */
  readonly reading: Reading | undefined;
  readonly stateDict: string | null;
  readonly stateDicts: readonly StateDictChoice[];
  /** Under the names that it is read by. */
  readonly tensors: readonly TensorInfo[];
  readonly shared: readonly SharedStorage[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly remarks: readonly string[];
  /** What names of wrappers were taken away. */
  readonly nameRemark: string | null;
  readonly differences: readonly Difference[];
  /** Where names differ by more than wrappers: which tensors may be which, for a person to confirm. */
  readonly proposal: ProposedMapping | null;
  /** Holds the same tensors as the others should. */
  readonly agrees: boolean;
}

export interface HeaderCheck {
  /** What all are held against: the first file that can be read, unless it is given. */
  readonly reference: readonly TensorInfo[];
  readonly files: readonly CheckedHeader[];
}

interface HeaderRequest {
  readonly files: readonly FileToCheck[];
  /** What all should hold, given the names that a file has; the first file's tensors when left out. */
  readonly wanted?: ((found: readonly string[]) => readonly TensorInfo[]) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether files hold the same tensors, by their headers alone. Names of wrappers are taken away where that brings agreement; other names
 * are only proposed.
 * @throws StockpotError `job/cancelled`; what is wrong with a file is said in its place
 */
export async function checkHeaders({ files, wanted, signal }: HeaderRequest): Promise<HeaderCheck> {
  let reference: readonly TensorInfo[] | undefined = wanted?.([]);
  const checked: CheckedHeader[] = [];
  for (const file of files) {
    throwIfCancelled(signal);
    const opened = await open(file);
    if (opened instanceof StockpotError) checked.push(unreadable(file, opened));
    else {
      try {
        const found = [...opened.tensors.keys()];
        const goal: readonly TensorInfo[] = wanted?.(found) ?? reference ?? [...opened.tensors.values()];
        reference ??= goal;
        checked.push(compare(opened, file, goal));
      } finally {
        opened.close();
      }
    }
    await setImmediate();
  }
  return { reference: reference ?? [], files: checked };
}

async function open({ path, reading }: FileToCheck): Promise<Checkpoint | StockpotError> {
  try {
    return await openCheckpoint(path, reading);
  } catch (thrown) {
    if (thrown instanceof StockpotError && thrown.kind === 'input') return thrown;
    throw thrown;
  }
}

function unreadable({ path, reading }: FileToCheck, problem: StockpotError): CheckedHeader {
  return {
    path,
    problem: problem.toFacts(),
    format: null,
    reading,
    stateDict: null,
    stateDicts: [],
    tensors: [],
    shared: [],
    metadata: {},
    remarks: [],
    nameRemark: null,
    differences: [],
    proposal: null,
    agrees: false,
  };
}

function compare(
  opened: Checkpoint,
  { path, reading: asked }: FileToCheck,
  wanted: readonly TensorInfo[],
): CheckedHeader {
  const agreement =
    asked?.names === undefined
      ? agreeOnNames(
          wanted.map(({ name }) => name),
          [...opened.tensors.keys()],
        )
      : undefined;
  const names = agreement?.names;
  const checkpoint = names === undefined ? opened : renamed(opened, names);
  const tensors = [...checkpoint.tensors.values()];
  const differences = differencesOf(wanted, checkpoint.tensors);
  const isNamedOtherwise = differences.some(({ kind }) => kind === 'missing') && asked?.names === undefined;
  const proposal = isNamedOtherwise ? proposeMapping(wanted, tensors) : null;
  return {
    path,
    problem: null,
    format: opened.format,
    reading: names === undefined ? asked : { ...asked, names },
    stateDict: opened.stateDict ?? null,
    stateDicts: opened.stateDicts ?? [],
    tensors,
    shared: checkpoint.sharedStorages ?? [],
    metadata: opened.metadata,
    remarks: opened.remarks,
    nameRemark: agreement?.remark ?? null,
    differences,
    proposal: proposal?.pairs.some(({ name, inFile }) => name !== inFile) ? proposal : null,
    agrees: !differences.some(isBlocking),
  };
}
