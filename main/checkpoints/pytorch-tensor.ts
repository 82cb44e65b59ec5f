import { StockpotError } from '../errors.ts';
import { BYTES_PER_ELEMENT, type DType, type TensorInfo } from './checkpoint.ts';
import {
  PersistentReference,
  PickleCall,
  PickleDict,
  PickleGlobal,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts';
import { DEEPEST_WRAPPING, isTensorClass, isWrapper } from './pytorch-builders.ts';
import { describeStorage } from './pytorch-storage.ts';
import { DTYPE_OF_TORCH_NAME } from './pytorch-types.ts';
import { isCount, tensorInfo } from './tensor-size.ts';

/** A tensor as a window on a storage. Offsets and strides count elements. */
export interface StridedTensor extends TensorInfo {
  /** What the storage is called in the file. */
  readonly storageKey: string;
  /** Where the tensor's part of the storage begins in it, in bytes: 0, except for storages that are views of others. */
  readonly storageStart: number;
  /** Bytes that this part claims to have. */
  readonly storageBytes: number;
  readonly storageOffset: number;
  readonly strides: readonly number[];
}

/**
 * What a call of `torch._utils._rebuild_…` would have built.
 * @throws StockpotError `checkpoint/malformed-tensor`, `checkpoint/unsupported-dtype`, `checkpoint/unsupported-tensor`
 */
export function describeTensor(name: string, call: PickleCall, path: string): StridedTensor {
  return new TensorDescription(name, path).describe(call);
}

/** As PyTorch. */
const MOST_DIMENSIONS = 64;

class TensorDescription {
  readonly #name: string;
  readonly #path: string;

  constructor(name: string, path: string) {
    this.#name = name;
    this.#path = path;
  }

  describe(call: PickleCall, depth = 0): StridedTensor {
    if (depth > DEEPEST_WRAPPING) throw this.#malformed('it is wrapped too often');
    const { args } = call;
    switch (call.callee.fullName) {
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        this.#refuseFlags(args[6]);
        return this.#window(args, undefined);
      case 'torch._utils._rebuild_tensor_v3':
        this.#refuseFlags(args[7]);
        return this.#window(args, this.#torchDType(args[6]));
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return this.describe(this.#wrapped(args[0]), depth + 1);
      case 'torch._utils._rebuild_device_tensor_from_cpu_tensor':
        return this.#converted(this.describe(this.#wrapped(args[0]), depth + 1), this.#torchDType(args[1]));
      case 'torch.tensor._rebuild_from_type':
      case 'torch._tensor._rebuild_from_type':
      case 'torch._tensor._rebuild_from_type_v2':
        return this.describe(this.#subclassed(args), depth + 1);
      default:
        if (isWrapper(call)) return this.describe(this.#wrapped(args[0]), depth + 1);
        if (isTensorClass(call)) return this.#window(this.#legacyState(call), undefined);
        throw this.#unsupportedKind(call);
    }
  }

  #unsupportedKind({ callee, args }: PickleCall): StockpotError {
    const wrapped = callee.name === '_rebuild_wrapper_subclass' ? globalName(args[0]) : undefined;
    const distributed = wrapped?.startsWith('torch.distributed.') === true;
    return new StockpotError({
      code: 'checkpoint/unsupported-tensor',
      what: `The tensor '${this.#name}' is of a kind that is not supported (${wrapped ?? callee.name})`,
      where: this.#path,
      remedy: distributed
        ? 'Gather it before saving: tensor.full_tensor(), or get_model_state_dict with full_state_dict=True.'
        : 'Quantized, sparse, nested and meta tensors have to be saved as plain ones.',
    });
  }

  /** Elements are read as they lie in the file: of the type that they had there. */
  #converted(tensor: StridedTensor, dtype: DType): StridedTensor {
    if (tensor.dtype === dtype) return tensor;
    throw this.#unsupportedDType(`${dtype}, but is stored as ${tensor.dtype}`);
  }

  /** (storage, offset, sizes, strides), which PyTorch's first versions set a tensor's content from. */
  #legacyState({ state }: PickleCall): readonly PickleValue[] {
    if (state instanceof PickleTuple) return state.items;
    throw this.#malformed('it has no storage');
  }

  #wrapped(value: PickleValue | undefined): PickleCall {
    if (value instanceof PickleCall) return value;
    throw this.#malformed('it wraps something that is no tensor');
  }

  /** (function, class, arguments, state): parameters and buffers, which are tensors with another name. */
  #subclassed(args: readonly PickleValue[]): PickleCall {
    const [builder, , inner] = args;
    if (builder instanceof PickleGlobal && inner instanceof PickleTuple) return new PickleCall(builder, inner.items);
    throw this.#malformed('it wraps something that is no tensor');
  }

  #window(args: readonly PickleValue[], dtypeOfView: DType | undefined): StridedTensor {
    if (!(args[0] instanceof PersistentReference)) throw this.#malformed('it has no storage');
    const storage = describeStorage(args[0].id, this.#path);
    const dtype = dtypeOfView ?? storage.dtype;
    if (dtype === undefined) throw this.#unsupportedDType(storage.className);
    const [storageOffset, shape, strides] = [args[1], this.#sizes(args[2]), this.#sizes(args[3])];
    if (!isCount(storageOffset) || shape.length !== strides.length)
      throw this.#malformed('its shape is not consistent');
    const info = tensorInfo(this.#name, dtype, shape);
    if (info === undefined) throw this.#malformed('it is larger than any file');
    const { key: storageKey, start: storageStart, bytes: storageBytes } = storage;
    const tensor = { ...info, storageKey, storageStart, storageBytes, storageOffset, strides };
    this.#checkInside(tensor);
    return tensor;
  }

  /** The last element that the strides lead to lies in the storage. */
  #checkInside(tensor: StridedTensor): void {
    if (tensor.elementCount === 0) return;
    const last = tensor.shape.reduce((at, size, axis) => at + (size - 1) * tensor.strides[axis]!, tensor.storageOffset);
    const end = (last + 1) * BYTES_PER_ELEMENT[tensor.dtype];
    if (!isCount(end) || end > tensor.storageBytes) throw this.#malformed('it reaches beyond its storage');
  }

  #torchDType(value: PickleValue | undefined): DType {
    if (!(value instanceof PickleGlobal)) throw this.#malformed('its element type is missing');
    const dtype = value.module === 'torch' ? DTYPE_OF_TORCH_NAME.get(value.name) : undefined;
    if (dtype === undefined) throw this.#unsupportedDType(value.fullName);
    return dtype;
  }

  /** A tuple, or `torch.Size` of one. */
  #sizes(value: PickleValue | undefined): readonly number[] {
    const tuple = value instanceof PickleCall && globalName(value.callee) === 'torch.Size' ? value.args[0] : value;
    if (!(tuple instanceof PickleTuple)) throw this.#malformed('its shape is missing');
    if (tuple.items.length > MOST_DIMENSIONS) throw this.#malformed(`it has ${tuple.items.length} dimensions`);
    const sizes = tuple.items.filter(isCount);
    if (sizes.length !== tuple.items.length) throw this.#malformed('a size is negative or no whole number');
    return sizes;
  }

  /** PyTorch marks tensors that are to be conjugated or negated when they are read. */
  #refuseFlags(flags: PickleValue | undefined): void {
    if (!(flags instanceof PickleDict)) return;
    for (const [flag, set] of flags.items) {
      if (set === false) continue;
      throw new StockpotError({
        code: 'checkpoint/unsupported-tensor',
        what: `The tensor '${this.#name}' is a view of kind '${String(flag)}', which is not supported`,
        where: this.#path,
      });
    }
  }

  #malformed(what: string): StockpotError {
    return new StockpotError({
      code: 'checkpoint/malformed-tensor',
      what: `The tensor '${this.#name}' is not described properly: ${what}`,
      where: this.#path,
      remedy: 'Get the file again, or save it again with torch.save.',
    });
  }

  #unsupportedDType(type: string): StockpotError {
    return new StockpotError({
      code: 'checkpoint/unsupported-dtype',
      what: `The tensor '${this.#name}' has elements of type ${type}, which is not supported`,
      where: this.#path,
    });
  }
}

/** The name of a global, or undefined for any other value. */
function globalName(value: PickleValue | undefined): string | undefined {
  return value instanceof PickleGlobal ? value.fullName : undefined;
}
