import { readFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { attributeOf, type Graph } from '../../main/architectures/onnx/graph.ts';
import { decodeModel, encodeModel, readGraph } from '../../main/architectures/onnx/model.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from '../../main/architectures/onnx/onnx_pb.js';
import { StockpotError } from '../../main/errors.ts';

const file = new Uint8Array(readFileSync(new URL('../fixtures/architectures/encodings.onnx', import.meta.url)));
const graph: Graph = readGraph(file);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown.code;
    throw thrown;
  }
  return 'nothing thrown';
}

describe('reading an ONNX graph', () => {
  it('finds the same elements whichever field of TensorProto holds them', () => {
    const typed = [...graph.initializers.values()].filter(({ name }) => name.endsWith(' typed'));
    expect(typed).toHaveLength(13);
    for (const { name, dtype, shape, bytes } of typed) {
      const raw = graph.initializers.get(name.replace('typed', 'raw'));
      if (dtype === 'BF16') expect(bytes).toEqual(Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0x40, 0xc8, 0x42));
      else expect({ dtype, shape, bytes }).toEqual({ dtype: raw!.dtype, shape: raw!.shape, bytes: raw!.bytes });
    }
  });

  it('keeps odd names and empty tensors', () => {
    expect(graph.initializers.get('../odd:name/ä')!.shape).toEqual([2]);
    expect(graph.initializers.get('no elements')).toMatchObject({ shape: [0, 3], bytes: new Uint8Array() });
  });

  it('tells symbolic, fixed and unknown dimensions apart', () => {
    expect(graph.inputs).toEqual([{ name: 'input', dtype: 'F32', shape: ['batch', 2] }]);
    expect(graph.outputs).toEqual([{ name: 'output', dtype: 'F32', shape: [undefined, 2] }]);
  });

  it('reads attributes by kind, and refuses one of another kind than the operator’s', () => {
    const leaky = graph.nodes.find(({ op }) => op === 'LeakyRelu')!;
    expect(attributeOf(leaky, 'alpha', 'float', 0.01)).toBe(0.25);
    expect(attributeOf(leaky, 'absent', 'int', 7)).toBe(7);
    expect(codeOf(() => attributeOf(leaky, 'alpha', 'ints', []))).toBe('architecture/bad-attribute');
    const constant = graph.nodes.find(({ op }) => op === 'Constant')!;
    expect(attributeOf(constant, 'value', 'tensor', undefined)).toMatchObject({ dtype: 'F32', shape: [2] });
  });

  it('survives a round trip', () => {
    expect(readGraph(encodeModel(decodeModel(file)))).toEqual(graph);
  });

  it('refuses what is not an ONNX model', () => {
    for (const bytes of [new Uint8Array(), new TextEncoder().encode('not a model at all'), file.subarray(0, 200)]) {
      expect(codeOf(() => readGraph(bytes))).toBe('architecture/not-onnx');
    }
  });

  it('refuses an initializer with fewer or more bytes than its shape asks for', () => {
    const model = decodeModel(file);
    model.graph!.initializer[0]!.dims = [3n, 2n];
    expect(codeOf(() => readGraph(encodeModel(model)))).toBe('architecture/not-onnx');
  });

  it('refuses a constant that points to a file', () => {
    const model = decodeModel(file);
    const outside = create(TensorProtoSchema, {
      dataType: 1,
      dims: [2n],
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [{ key: 'location', value: '/etc/passwd' }],
    });
    const constant = model.graph!.node.find(({ opType }) => opType === 'Constant')!;
    constant.attribute = [
      create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: outside }),
    ];
    expect(codeOf(() => readGraph(encodeModel(model)))).toBe('architecture/unsupported-onnx');
  });

  it('refuses element types that no checkpoint has', () => {
    const model = decodeModel(file);
    model.graph!.initializer[0]!.dataType = 14;
    expect(codeOf(() => readGraph(encodeModel(model)))).toBe('architecture/unsupported-onnx');
  });
});
