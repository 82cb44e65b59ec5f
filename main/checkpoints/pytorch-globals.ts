import { isHarmful } from './harmful-globals.ts';
import type { GlobalKind } from './pickle-machine.ts';

/**
 * Classes and functions that PyTorch itself puts into a checkpoint. Nothing here is ever called: the list says what is read, after
 * `_get_allowed_globals` of PyTorch's weights-only unpickler. Every other class becomes a placeholder, except what is harmful.
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

const TORCH_STORAGE = /^[A-Z][A-Za-z0-9]*(Storage|Tensor)$/;
const TORCH_MODULES: ReadonlySet<string> = new Set(['torch', 'torch.cuda']);
const TORCH_DTYPE = /^(bool|u?int\d+|quint\d+(x\d)?|qint\d+|b?float\d+(_e\dm\d\w*)?|complex\d+)$/;

const KNOWN: ReadonlySet<string> = new Set([
  '_codecs.encode',
  'collections.Counter',
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.deque',
  'torch.jit._pickle.build_boollist',
  'torch.jit._pickle.build_doublelist',
  'torch.jit._pickle.build_intlist',
  'torch.jit._pickle.build_tensor_from_id',
  'torch.jit._pickle.build_tensorlist',
  'torch.jit._pickle.restore_type_tag',
  'torch._tensor._rebuild_from_type',
  'torch._tensor._rebuild_from_type_v2',
  'torch.tensor._rebuild_from_type',
  'torch.nn.parameter.Buffer',
  'torch.nn.parameter.Parameter',
  'torch.serialization._get_layout',
  'torch.storage.TypedStorage',
  'torch.storage.UntypedStorage',
]);

const BUILTIN_MODULES: ReadonlySet<string> = new Set(['builtins', '__builtin__']);

/** Values of Python itself that pickles make by a call. They are of no interest, and of no danger. */
const PLAIN_BUILTINS: ReadonlySet<string> = new Set([
  'bool',
  'bytearray',
  'bytes',
  'complex',
  'dict',
  'float',
  'frozenset',
  'int',
  'list',
  'long',
  'object',
  'range',
  'set',
  'slice',
  'str',
  'tuple',
  'unicode',
]);

/** What a checkpoint's mention of `module.name` means. */
export function kindOfGlobal(module: string, name: string): GlobalKind {
  if (KNOWN.has(`${module}.${name}`)) return 'known';
  if (BUILTIN_MODULES.has(module) && PLAIN_BUILTINS.has(name)) return 'known';
  // How Python writes down an object's method: `torch.compile` leaves one in a model.
  if (BUILTIN_MODULES.has(module) && name === 'getattr') return 'attribute';
  if (module === 'torch._utils' && TENSOR_BUILDERS.has(name)) return 'known';
  if (TORCH_MODULES.has(module)) {
    if (TORCH_NAMES.has(name) || TORCH_STORAGE.test(name) || TORCH_DTYPE.test(name)) return 'known';
  }
  return isHarmful(module, name) ? 'refused' : 'foreign';
}
