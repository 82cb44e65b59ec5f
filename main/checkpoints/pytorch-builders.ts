import { PickleCall, type PickleValue } from './pickle-values.ts';

/** Parameters wrap parameters at most this often in files that PyTorch writes. */
export const DEEPEST_WRAPPING = 4;

/** `torch._tensor` was `torch.tensor` until PyTorch 1.8. */
const BUILDER_MODULES: ReadonlySet<string> = new Set(['torch._utils', 'torch._tensor', 'torch.tensor']);
const WRAPPERS: ReadonlySet<string> = new Set(['torch.nn.parameter.Parameter', 'torch.nn.parameter.Buffer']);

/** `torch.FloatTensor` and its like, which PyTorch's first versions made without arguments and filled by `BUILD`. */
const TENSOR_CLASS = /^torch\.(cuda\.)?([A-Z][A-Za-z0-9]*)?Tensor$/;

export function isTensorClass({ callee }: PickleCall): boolean {
  return TENSOR_CLASS.test(callee.fullName);
}

/** `Parameter(tensor, …)` and `Buffer(tensor, …)`, which are the tensor under another name. */
export function isWrapper({ callee }: PickleCall): boolean {
  return WRAPPERS.has(callee.fullName);
}

/** True for what builds a tensor, whether or not it is of a supported kind. */
export function isTensorCall(value: PickleValue | undefined): value is PickleCall {
  if (!(value instanceof PickleCall)) return false;
  const { module, name } = value.callee;
  return (name.startsWith('_rebuild') && BUILDER_MODULES.has(module)) || isWrapper(value) || isTensorClass(value);
}
