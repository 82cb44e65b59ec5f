import type { TensorValue, Weights } from '../checkpoints/checkpoint.ts';
import { assertNever } from '../errors.ts';
import { Random } from '../random.ts';
import type { Architecture, Initialization, ParameterSpec } from './architecture.ts';
import { elementCount } from './graph-builder.ts';

/**
 * Fresh weights for an architecture, drawn as PyTorch's modules do by default; num_batches_tracked included, in the
 * architecture's order. Each tensor has a stream of its own, named after it: the same seed gives the same tensor whatever
 * else the architecture holds.
 */
export function initialWeights(architecture: Architecture, seed: number): Weights {
  return new Map(architecture.parameters.map((parameter) => [parameter.name, initialTensor(parameter, seed)]));
}

function initialTensor({ name, shape, dtype, initialization }: ParameterSpec, seed: number): TensorValue {
  const count = elementCount(shape);
  if (dtype === 'I64') {
    const value = initialization.kind === 'constant' ? initialization.value : 0;
    const data = new BigInt64Array(count).fill(BigInt(value));
    return { dtype, shape, bytes: new Uint8Array(data.buffer) };
  }
  const data = new Float32Array(count);
  const draw = sampler(initialization, new Random(seed, 'initial-weights', name));
  for (let i = 0; i < count; i++) data[i] = draw();
  return { dtype, shape, bytes: new Uint8Array(data.buffer) };
}

/**
 * Kaiming: He et al., "Delving deep into rectifiers" (2015). PyTorch draws convolutions and linear layers by
 * kaiming_uniform_(a = √5), that is uniform within 1/√fanIn, and torchvision's ResNet draws its convolutions by
 * kaiming_normal_(mode = 'fan_out', nonlinearity = 'relu'), that is with a standard deviation of √(2/fanOut).
 */
function sampler(initialization: Initialization, random: Random): () => number {
  switch (initialization.kind) {
    case 'kaiming-uniform': {
      const bound = 1 / Math.sqrt(initialization.fanIn);
      return () => random.between(-bound, bound);
    }
    case 'uniform':
      return () => random.between(-initialization.bound, initialization.bound);
    case 'kaiming-normal': {
      const deviation = Math.sqrt(2 / initialization.fanOut);
      return () => random.normal() * deviation;
    }
    case 'constant':
      return () => initialization.value;
    default:
      return assertNever(initialization);
  }
}
