import { describe, expect, it } from 'vitest';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import type { Graph } from '../../main/architectures/onnx/graph.ts';
import { readGraph } from '../../main/architectures/onnx/model.ts';
import { BYTES_PER_ELEMENT, type DType, type Weights } from '../../main/checkpoints/checkpoint.ts';
import { StockpotError } from '../../main/errors.ts';
import { bindWeights } from '../../main/runtimes/bind-weights.ts';

/** A vector bound to a graph that asks for it in F32. */
function boundAsFloat32(dtype: DType, bytes: Uint8Array): Float32Array {
  const shape = [bytes.length / BYTES_PER_ELEMENT[dtype]];
  const vector = { name: 'vector', dtype: 'F32', shape, bytes: undefined } as const;
  const graph: Graph = {
    name: 'vector',
    opset: 17,
    inputs: [],
    outputs: [],
    nodes: [],
    initializers: new Map([['vector', vector]]),
  };
  const bound = bindWeights(graph, new Map([['vector', { dtype, shape, bytes }]])).get('vector')!;
  expect(bound.dtype).toBe('F32');
  return new Float32Array(bound.bytes.buffer, bound.bytes.byteOffset, bound.bytes.byteLength / 4);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** binary16 by its definition: (−1)^s · 2^(e − 15) · (1 + f/1024), and subnormals. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

describe('floating-point weights bound to a graph in F32', () => {
  const everyPattern = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

  it('are exact for every F16 bit pattern', () => {
    const expected = Float32Array.from(everyPattern, half);
    expect(boundAsFloat32('F16', bytesOf(everyPattern))).toEqual(expected);
  });

  it('are exact for every BF16 bit pattern', () => {
    const widened = boundAsFloat32('BF16', bytesOf(everyPattern));
    const expected = new Float32Array(Uint32Array.from(everyPattern, (bits) => bits << 16).buffer);
    expect(widened).toEqual(expected);
  });

  it('are rounded once from F64', () => {
    const values = [0.1, 1 / 3, 1e-50, -2.5e38, Number.NaN];
    expect(boundAsFloat32('F64', bytesOf(Float64Array.from(values)))).toEqual(Float32Array.from(values));
  });

  it('do not depend on where the bytes lie', () => {
    const values = Float32Array.of(1.5, -2, 1e30);
    const shifted = new Uint8Array(13);
    shifted.set(new Uint8Array(values.buffer), 1);
    expect(boundAsFloat32('F32', shifted.subarray(1))).toEqual(values);
  });
});

describe('binding weights to a graph', () => {
  const architecture = buildArchitecture({
    family: 'cnn',
    inputShape: [1, 8, 8],
    channels: [2],
    hidden: 3,
    classes: 4,
  });
  const graph = readGraph(architecture.graph);
  const complete = initialWeights(architecture, 1);

  function refusal(weights: Weights): StockpotError {
    try {
      bindWeights(graph, weights);
    } catch (thrown) {
      if (thrown instanceof StockpotError) return thrown;
      throw thrown;
    }
    throw new Error('nothing was refused');
  }

  it('takes what the graph names and leaves counters aside', () => {
    expect([...bindWeights(graph, complete).keys()]).toEqual([...graph.initializers.keys()]);
  });

  it('lists every missing tensor', () => {
    const weights = new Map([...complete].filter(([name]) => !name.startsWith('fc1.')));
    const error = refusal(weights);
    expect(error.code).toBe('runtime/missing-tensor');
    expect(error.details).toEqual(['fc1.weight [3, 32]', 'fc1.bias [3]']);
  });

  it('lists every tensor of another shape', () => {
    const weights = new Map(complete);
    weights.set('fc1.bias', { dtype: 'F32', shape: [5], bytes: new Uint8Array(20) });
    weights.set('classifier.bias', { dtype: 'F32', shape: [1, 4], bytes: new Uint8Array(16) });
    const error = refusal(weights);
    expect(error.code).toBe('runtime/shape-mismatch');
    expect(error.details).toEqual([
      'fc1.bias: [5] where [3] is expected',
      'classifier.bias: [1, 4] where [4] is expected',
    ]);
  });

  it('refuses integers where the graph computes with floats', () => {
    const weights = new Map(complete);
    weights.set('fc1.bias', { dtype: 'I32', shape: [3], bytes: new Uint8Array(12) });
    const error = refusal(weights);
    expect(error.code).toBe('runtime/unsupported-dtype');
    expect(error.details).toEqual(['fc1.bias: I32 for F32']);
  });
});
