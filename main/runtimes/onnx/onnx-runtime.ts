import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import { StockpotError } from '../../errors.ts';
import { bindWeights } from '../bind-weights.ts';
import { checkFeeds, type ElementType } from '../feeds.ts';
import type { Feed, Feeds, Output, Runtime, Session } from '../runtime.ts';
import { ExternalGraph } from './external-graph.ts';
import { loadOnnxLibrary, type OnnxLibrary } from './load-library.ts';

/** ONNX Runtime's execution providers that Stockpot uses. */
export const ONNX_DEVICES = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export type OnnxDevice = (typeof ONNX_DEVICES)[number];

export interface OnnxRuntimeOptions {
  readonly device?: OnnxDevice;
  /** Threads within an operator, on the CPU; as many as there are physical cores when left out. */
  readonly threads?: number;
  /** Refuse graphs of which the device would leave a part to the CPU. */
  readonly wholeGraph?: boolean;
}

/**
 * ONNX Runtime on a device. Whether the device works shows when a session is opened (see `probeOnnxDevices`).
 * @throws StockpotError `runtime/unavailable`
 */
export async function openOnnxRuntime(options: OnnxRuntimeOptions = {}): Promise<Runtime> {
  return new OnnxRuntime(await loadOnnxLibrary(), options);
}

class OnnxRuntime implements Runtime {
  readonly id = 'onnx';
  readonly device: OnnxDevice;
  readonly identity: string;
  readonly #library: OnnxLibrary;
  readonly #options: InferenceSession.SessionOptions;
  readonly #graphs = new WeakMap<Uint8Array, ExternalGraph>();

  constructor(library: OnnxLibrary, { device = 'cpu', threads, wholeGraph = false }: OnnxRuntimeOptions) {
    this.#library = library;
    this.device = device;
    // Neither batch size nor threads are in it: they do not change the CPU provider's bits, which a test watches over.
    this.identity = `onnxruntime ${library.env.versions.node} ${device} ${process.platform}-${process.arch}`;
    this.#options = {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      interOpNumThreads: 1,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      extra: {
        session: {
          // Idle threads sleep: other engines share the cores.
          intra_op: { allow_spinning: '0' },
          ...(wholeGraph ? { disable_cpu_ep_fallback: '1' } : {}),
        },
      },
    };
  }

  async open(graph: Uint8Array, weights: Weights): Promise<Session> {
    const model = this.#parsed(graph);
    const bound = bindWeights(model.graph, weights);
    const serialized = model.serialize(new Set(bound.keys()));
    const externalData = [...bound].map(([name, { bytes }]) => ({ path: model.pathOf(name), data: bytes }));
    try {
      const session = await this.#library.InferenceSession.create(serialized, { ...this.#options, externalData });
      return new OnnxSession(this.#library, session, model);
    } catch (cause) {
      throw sessionError(cause, this.device);
    }
  }

  #parsed(graph: Uint8Array): ExternalGraph {
    const known = this.#graphs.get(graph);
    if (known !== undefined) return known;
    const parsed = new ExternalGraph(graph);
    this.#graphs.set(graph, parsed);
    return parsed;
  }
}

class OnnxSession implements Session {
  readonly #library: OnnxLibrary;
  readonly #session: InferenceSession;
  readonly #model: ExternalGraph;
  readonly #outputName: string;
  #open = true;

  constructor(library: OnnxLibrary, session: InferenceSession, model: ExternalGraph) {
    this.#library = library;
    this.#session = session;
    this.#model = model;
    this.#outputName = model.graph.outputs[0]!.name;
  }

  async run(feeds: Feeds): Promise<Output> {
    if (!this.#open) {
      throw new StockpotError({ code: 'runtime/failed', kind: 'failure', what: 'The session has been closed' });
    }
    const tensors: Record<string, Tensor> = {};
    for (const { name, type, feed } of checkFeeds(this.#model.graph, feeds)) tensors[name] = this.#tensor(type, feed);
    const results = await this.#session.run(tensors, [this.#outputName]).catch((cause: unknown) => {
      throw new StockpotError({
        code: 'runtime/failed',
        kind: 'failure',
        what: `ONNX Runtime could not run the model: ${messageOf(cause)}`,
        cause,
      });
    });
    const output = results[this.#outputName]!;
    const data = await output.getData(true);
    if (!(data instanceof Float32Array)) {
      throw new StockpotError({
        code: 'runtime/unsupported-dtype',
        what: `The model’s output is ${output.type}, not float32`,
        where: this.#outputName,
        remedy: 'Export the model with a float32 output',
      });
    }
    return { shape: output.dims, data };
  }

  async dispose(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#session.release();
  }

  #tensor(type: ElementType, { shape, data }: Feed): Tensor {
    if (type === 'int64' && data instanceof Int32Array) {
      return new this.#library.Tensor(type, BigInt64Array.from(data, BigInt), shape);
    }
    return new this.#library.Tensor(type, data, shape);
  }
}

/** ONNX Runtime's messages are all there is to go by: "… is not a registered function/op", "Could not find an implementation for …". */
function sessionError(cause: unknown, device: OnnxDevice): StockpotError {
  const message = messageOf(cause);
  if (/not a registered function\/op|could not find an implementation|no op registered/i.test(message)) {
    return new StockpotError({
      code: 'runtime/unsupported-operator',
      what: `ONNX Runtime has no implementation of an operator of the model: ${message}`,
      remedy: 'Export the model with opset 17 and standard operators',
      cause,
    });
  }
  return new StockpotError({
    code: 'runtime/failed',
    kind: 'failure',
    what: `ONNX Runtime could not open the model on ${device}: ${message}`,
    remedy: 'Run stockpot doctor to see which devices work',
    cause,
  });
}

/** The first line of a message, without the place in ONNX Runtime's source that it starts with. */
function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const line = text.trim().split('\n')[0]!;
  return line.replace(/^\S*\.(?:cc|h):\d+ .*? was false\. /, '');
}
