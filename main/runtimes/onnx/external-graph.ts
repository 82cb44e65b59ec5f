import { clone, create } from '@bufbuild/protobuf';
import type { Graph } from '../../architectures/onnx/graph.ts';
import { decodeModel, encodeModel, graphOf } from '../../architectures/onnx/model.ts';
import {
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from '../../architectures/onnx/onnx_pb.js';

/** A model parsed once, and the serialized forms in which some of its initializers are left to be supplied. */
export class ExternalGraph {
  readonly graph: Graph;
  readonly #model: ModelProto;
  readonly #serialized = new Map<string, Uint8Array>();

  /** @throws StockpotError `architecture/not-onnx`, `architecture/unsupported-onnx` */
  constructor(bytes: Uint8Array) {
    this.#model = decodeModel(bytes);
    this.graph = graphOf(this.#model);
  }

  /**
   * The model with the named initializers as external data, each in a file of its own that `externalPath` names. ONNX
   * Runtime takes such files from memory and still treats them as constants, so that it folds BatchNorm into convolutions.
   */
  serialize(external: ReadonlySet<string>): Uint8Array {
    const key = [...external].join('\n');
    const known = this.#serialized.get(key);
    if (known !== undefined) return known;
    const model = clone(ModelProtoSchema, this.#model);
    const graph = model.graph!;
    graph.initializer = graph.initializer.map((tensor, index) =>
      external.has(tensor.name) ? externalTensor(tensor, index) : tensor,
    );
    const serialized = encodeModel(model);
    this.#serialized.set(key, serialized);
    return serialized;
  }

  /** Path of an initializer's data: by position, since tensor names may hold what no path may. */
  pathOf(name: string): string {
    return externalPath(this.#model.graph!.initializer.findIndex((tensor) => tensor.name === name));
  }
}

/** The tensor's name, type and shape, with its elements elsewhere. */
function externalTensor({ name, dataType, dims }: TensorProto, index: number): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType,
    dims,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [{ key: 'location', value: externalPath(index) }],
  });
}

function externalPath(index: number): string {
  return `initializer-${index}`;
}
