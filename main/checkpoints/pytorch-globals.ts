/**
 * Classes and functions that a PyTorch checkpoint may name. Nothing here is ever called: the list says what a checkpoint has a
 * use for, so that a pickle made to do harm is recognised and refused. It follows `_get_allowed_globals` of PyTorch's
 * weights-only unpickler, plus values that training scripts keep beside the weights.
 */

const TENSOR_BUILDERS: ReadonlySet<string> = new Set([
  '_rebuild_tensor',
  '_rebuild_tensor_v2',
  '_rebuild_tensor_v3',
  '_rebuild_parameter',
  '_rebuild_parameter_with_state',
  '_rebuild_qtensor',
  '_rebuild_sparse_tensor',
  '_rebuild_nested_tensor',
  '_rebuild_meta_tensor_no_storage',
  '_rebuild_device_tensor_from_cpu_tensor',
  '_rebuild_device_tensor_from_numpy',
  '_rebuild_wrapper_subclass',
]);

const TORCH_NAMES: ReadonlySet<string> = new Set([
  'Size',
  'Tensor',
  'device',
  'per_tensor_affine',
  'per_tensor_symmetric',
  'per_channel_affine',
  'per_channel_symmetric',
  'per_channel_affine_float_qparams',
]);

const TORCH_STORAGE = /^[A-Z][A-Za-z0-9]*Storage$/;
const TORCH_DTYPE = /^(bool|u?int\d+|quint\d+(x\d)?|qint\d+|b?float\d+(_e\dm\d\w*)?|complex\d+)$/;

const KNOWN: ReadonlySet<string> = new Set([
  '_codecs.encode',
  'collections.OrderedDict',
  'torch._tensor._rebuild_from_type_v2',
  'torch.nn.parameter.Buffer',
  'torch.nn.parameter.Parameter',
  'torch.serialization._get_layout',
  'torch.storage.TypedStorage',
  'torch.storage.UntypedStorage',
]);

/** Plain values of Python and NumPy: accepted as placeholders, and mentioned to the user. */
const FOREIGN_VALUES: ReadonlySet<string> = new Set([
  '__builtin__.bytearray',
  '__builtin__.complex',
  '__builtin__.dict',
  '__builtin__.list',
  '__builtin__.set',
  'argparse.Namespace',
  'builtins.bytearray',
  'builtins.complex',
  'builtins.dict',
  'builtins.list',
  'builtins.set',
  'collections.Counter',
  'collections.defaultdict',
  'datetime.date',
  'datetime.datetime',
  'datetime.timedelta',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy.dtype',
  'numpy.ndarray',
  'pathlib.PosixPath',
  'pathlib.PurePosixPath',
  'pathlib.PureWindowsPath',
  'pathlib.WindowsPath',
]);

export type GlobalKind = 'known' | 'foreign' | 'refused';

/** What a checkpoint's mention of `module.name` means. */
export function kindOfGlobal(module: string, name: string): GlobalKind {
  const fullName = `${module}.${name}`;
  if (KNOWN.has(fullName)) return 'known';
  if (FOREIGN_VALUES.has(fullName)) return 'foreign';
  if (module === 'torch._utils' && TENSOR_BUILDERS.has(name)) return 'known';
  if (module !== 'torch') return 'refused';
  return TORCH_NAMES.has(name) || TORCH_STORAGE.test(name) || TORCH_DTYPE.test(name) ? 'known' : 'refused';
}
