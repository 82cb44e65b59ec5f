import { throwIfCancelled } from '../errors.ts';
import { BYTES_PER_ELEMENT, type Checkpoint } from './checkpoint.ts';
import type { NumericDataset } from './hdf5/datasets.ts';
import { malformedHdf5 } from './hdf5/errors.ts';
import type { Hdf5File } from './hdf5/file.ts';
import { OBJECT_KIND } from './hdf5/library.ts';
import { NewHdf5File } from './hdf5/new-file.ts';
import type { Hdf5Source } from './hdf5/source.ts';
import type { AssembleContext } from './output-plan.ts';

/** A multiple of every element size. */
const PIECE_BYTES = 4 << 20;

/** What Keras 3 puts beside elements that NumPy has no type for; they have one now. */
const TYPE_ATTRIBUTE = 'dtype';

/**
 * Writes weights of other element types into the places that a layout has for them: a new file of the same groups and attributes, with
 * the weights and nothing else in it. An optimizer's state is left out, with the groups that hold nothing else.
 * @param tensors the layout's, by their names; each has one of its shape in `source`
 * @param leftOut attributes of the top that have lost their meaning
 */
export async function writeRetyped(
  target: Hdf5Source & Required<Pick<Hdf5Source, 'write'>>,
  layout: Hdf5File,
  source: Checkpoint,
  tensors: ReadonlyMap<string, NumericDataset>,
  leftOut: readonly string[],
  context: AssembleContext,
): Promise<void> {
  const file = await NewHdf5File.create(target);
  const copyAttributes = (path: string, except: readonly string[]): void => {
    for (const name of layout.attributes(path)) {
      if (except.includes(name) || file.copyAttribute(layout, path, name)) continue;
      throw malformedHdf5(layout.path, `the attribute '${name}' of '${path}' is of a kind that no model has`);
    }
  };
  copyAttributes('/', leftOut);
  const wanted = new Map([...tensors.values()].map((dataset) => [dataset.path, dataset]));
  for (const { path, kind } of keptObjects(layout, wanted)) {
    if (kind === 'group') file.createGroup(path);
    else {
      const { name, shape } = wanted.get(path)!;
      const { dtype, byteLength } = source.tensors.get(name)!;
      file.createDataset(path, dtype, shape);
      for (let at = 0; at < byteLength; at += PIECE_BYTES) {
        throwIfCancelled(context.signal);
        const piece = new Uint8Array(Math.min(PIECE_BYTES, byteLength - at));
        source.read(name, at, piece);
        file.write(path, dtype, shape, at / BYTES_PER_ELEMENT[dtype], piece);
      }
    }
    copyAttributes(path, kind === 'dataset' ? [TYPE_ATTRIBUTE] : []);
  }
  file.finish();
}

interface KeptObject {
  readonly path: string;
  readonly kind: 'group' | 'dataset';
}

/** Wanted datasets, and all groups but those whose datasets are all unwanted; each before what is in it. */
function keptObjects(layout: Hdf5File, wanted: ReadonlyMap<string, unknown>): readonly KeptObject[] {
  const within = (group: string): { readonly kept: readonly KeptObject[]; readonly holdsOthers: boolean } => {
    const kept: KeptObject[] = [];
    let holdsOthers = false;
    for (const name of layout.children(group === '' ? '/' : group)) {
      const path = group === '' ? name : `${group}/${name}`;
      if (wanted.has(path)) kept.push({ path, kind: 'dataset' });
      else if (layout.linkOf(path) === undefined && layout.kindOf(path) === OBJECT_KIND.group) {
        const inside = within(path);
        const isKept = !inside.holdsOthers || inside.kept.some(({ kind }) => kind === 'dataset');
        if (isKept) kept.push({ path, kind: 'group' }, ...inside.kept);
        else holdsOthers = true;
      } else holdsOthers = true;
    }
    return { kept, holdsOthers };
  };
  return within('').kept;
}
