/**
 * Names that wrappers put before a network's own: DataParallel and DistributedDataParallel (`module`), torch.compile
 * (`_orig_mod`), Lightning modules and training scripts (`model`, `net`, …).
 */
const OUTER: ReadonlySet<string> = new Set([
  'module',
  '_orig_mod',
  'model',
  'net',
  'network',
  'backbone',
  'student',
  'teacher',
  'online',
  'ema_model',
  '_fsdp_wrapped_module',
]);

/** Wrappers of single layers, which mean nothing wherever they stand: torch.compile, FSDP, activation checkpointing. */
const INNER: ReadonlySet<string> = new Set(['_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module']);

/** Counters that wrappers keep beside the network, such as `torch.optim.swa_utils.AveragedModel`'s. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['n_averaged']);

export interface BareNames {
  /** What all names began with, its dot included; empty when there was none. */
  readonly prefix: string;
  /** The name without wrappers by the one in the file, in the file's order; bookkeeping is left out. */
  readonly names: ReadonlyMap<string, string>;
  /** Bookkeeping that was left out. */
  readonly leftOut: readonly string[];
}

/**
 * Names of tensors without the wrappers that all of them share, and without those of single layers. Undefined when taking the
 * wrappers away would give two tensors one name.
 */
export function bareNames(names: Iterable<string>): BareNames | undefined {
  const all = [...names];
  const own = all.filter((name) => !BOOKKEEPING.has(name));
  const prefix = sharedPrefix(own);
  const bare = new Map(own.map((name) => [name, withoutInner(name.slice(prefix.length))]));
  if (new Set(bare.values()).size < bare.size) return undefined;
  return { prefix, names: bare, leftOut: all.filter((name) => BOOKKEEPING.has(name)) };
}

/** The longest chain of known wrappers that every name begins with. */
function sharedPrefix(names: readonly string[]): string {
  const [first] = names;
  if (first === undefined) return '';
  let prefix = '';
  for (const part of first.split('.').slice(0, -1)) {
    const longer = `${prefix}${part}.`;
    if (!OUTER.has(part) || !names.every((name) => name.startsWith(longer))) break;
    prefix = longer;
  }
  return prefix;
}

function withoutInner(name: string): string {
  return name
    .split('.')
    .filter((part) => !INNER.has(part))
    .join('.');
}

/** What makes a file's names agree with those that are wanted. */
export interface Agreement {
  /** The file's name by the wanted one; undefined when the names agree as they are. */
  readonly names: Readonly<Record<string, string>> | undefined;
  /** For a user. */
  readonly remark: string | undefined;
}

/**
 * Names that differ by wrappers alone, on either side, are brought to agree.
 * @param wanted names that the tensors should have, in the order in which they are to be
 * @param found names in the file
 * @returns undefined when the names differ by more than wrappers
 */
export function agreeOnNames(wanted: readonly string[], found: readonly string[]): Agreement | undefined {
  const here = new Set(found);
  if (wanted.length === here.size && wanted.every((name) => here.has(name)))
    return { names: undefined, remark: undefined };
  const [bareWanted, bareFound] = [bareNames(wanted), bareNames(found)];
  if (bareWanted === undefined || bareFound === undefined) return undefined;
  const inFile = new Map([...bareFound.names].map(([name, bare]) => [bare, name]));
  const names: Record<string, string> = {};
  for (const [name, bare] of bareWanted.names) {
    const match = inFile.get(bare);
    if (match === undefined) return undefined;
    names[name] = match;
  }
  if (Object.keys(names).length !== bareFound.names.size) return undefined;
  return { names, remark: describe(bareWanted, bareFound) };
}

function describe(wanted: BareNames, found: BareNames): string {
  const changes = [
    ...(found.prefix === wanted.prefix
      ? []
      : [
          `${found.prefix === '' ? 'no prefix' : `the prefix '${found.prefix}'`} stands for ${
            wanted.prefix === '' ? 'none' : `'${wanted.prefix}'`
          }`,
        ]),
    ...(found.leftOut.length === 0 ? [] : [`${found.leftOut.join(', ')} is left out`]),
  ];
  return `Names differ by what wrapped the network${changes.length === 0 ? '' : `: ${changes.join('; ')}`}.`;
}
