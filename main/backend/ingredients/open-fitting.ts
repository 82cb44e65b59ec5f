import type { Architecture, ArchitectureSpec } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import { type Detection, type DetectionHint, detectArchitecture } from '../../architectures/detect.ts';
import type { Checkpoint, Reading } from '../../checkpoints/checkpoint.ts';
import { agreeOnNames, bareNames } from '../../checkpoints/names/wrappers.ts';
import { openCheckpoint } from '../../checkpoints/open.ts';
import { renamed } from '../../checkpoints/renamed.ts';
import { StockpotError } from '../../errors.ts';
import { checkFits } from './fit.ts';

/** A checkpoint opened as what an architecture executes. */
interface Fitting {
  readonly checkpoint: Checkpoint;
  readonly architecture: ArchitectureSpec;
  /** How it came to be read: as was asked, and without the names of what wrapped the network. */
  readonly reading: Reading | undefined;
  readonly remarks: readonly string[];
}

/**
 * Opens a checkpoint, finds its architecture or checks the one given. Names of wrappers are taken away where that makes the names
 * agree with the architecture's; a reading that gives names is taken as it is.
 * @throws StockpotError `checkpoint/…`, `architecture/…`, `ingredients/mismatched`, `ingredients/unknown-architecture`
 */
export async function openFitting(
  path: string,
  given: ArchitectureSpec | undefined,
  hint: DetectionHint = {},
  reading?: Reading,
): Promise<Fitting> {
  const opened = await openCheckpoint(path, reading);
  try {
    const { spec, notes } = given === undefined ? detect(opened, hint, reading) : { spec: given, notes: [] };
    const architecture = buildArchitecture(spec);
    const found = [...opened.tensors.keys()];
    const agreement = reading?.names === undefined ? agreeOnNames(wantedNames(architecture, found), found) : undefined;
    const names = agreement?.names;
    const checkpoint = names === undefined ? opened : renamed(opened, names);
    checkFits(architecture, checkpoint.tensors, path);
    const remark = agreement?.remark;
    return {
      checkpoint,
      architecture: spec,
      reading: names === undefined ? reading : { ...reading, names },
      remarks: [...checkpoint.remarks, ...notes, ...(remark === undefined ? [] : [remark])],
    };
  } catch (thrown) {
    opened.close();
    throw thrown;
  }
}

/**
 * The architecture's names, in the order in which the file has them; what the graph does not need and the file does not have is left
 * out.
 */
export function wantedNames({ parameters }: Architecture, found: readonly string[]): readonly string[] {
  const bare = [...(bareNames(found)?.names.values() ?? found)];
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const here = new Set(bare);
  const absent = parameters.filter(({ name, inGraph }) => inGraph && !here.has(name)).map(({ name }) => name);
  return [...bare.filter((name) => known.has(name)), ...absent];
}

function detect(
  { path, tensors }: Checkpoint,
  hint: DetectionHint,
  reading: Reading | undefined,
): { readonly spec: ArchitectureSpec; readonly notes: readonly string[] } {
  const all = [...tensors.values()];
  const plain = detectArchitecture(all, hint);
  const detection = plain.kind === 'found' || reading?.names !== undefined ? plain : (detectBare(all, hint) ?? plain);
  if (detection.kind === 'found') return detection;
  throw new StockpotError({
    code: 'ingredients/unknown-architecture',
    what: 'The architecture cannot be told from the tensors',
    where: path,
    details: detection.reasons,
    remedy:
      'Where its family is one of ours, name it in the recipe file, for example architecture: { family: resnet, depth: 18, inputShape: [3, 224, 224], classes: 10 }. ' +
      'Others cannot be evaluated here, but compared and merged by names and shapes: stockpot check FILE… and stockpot merge FILE… -o OUT.',
  });
}

type Found = Extract<Detection, { kind: 'found' }>;

/** By names without those of wrappers; undefined where that does not help. */
function detectBare(
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
  hint: DetectionHint,
): Found | undefined {
  const bare = bareNames(tensors.map(({ name }) => name));
  if (bare === undefined) return undefined;
  const detection = detectArchitecture(
    tensors.flatMap(({ name, shape }) => {
      const own = bare.names.get(name);
      return own === undefined ? [] : [{ name: own, shape }];
    }),
    hint,
  );
  return detection.kind === 'found' ? detection : undefined;
}
