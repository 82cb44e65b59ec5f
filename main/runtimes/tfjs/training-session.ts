import * as tf from '@tensorflow/tfjs-core';
import type { TensorValue, Weights } from '../../checkpoints/checkpoint.ts';
import type { Feeds, Output, Session } from '../runtime.ts';
import { type TfjsDevice, useBackend } from './backends.ts';
import { checkLabels } from './check-labels.ts';
import { feedTensors } from './feeds.ts';
import { infer } from './inference-session.ts';
import { crossEntropy, smoothedTargets } from './interpreter/differentiable/cross-entropy.ts';
import type { Program } from './interpreter/program.ts';
import { runtimeFailure } from './runtime-failure.ts';
import { createWeightTensors } from './weight-tensors.ts';

export interface LossOptions {
  /** ε of Szegedy et al. 2016, section 7: the target is 1 − ε on the label plus ε / classes everywhere. */
  readonly labelSmoothing: number;
}

export interface StepOptions extends LossOptions {
  /**
   * The parameter's new value. Runs inside a tidy scope: tensors that an optimizer wants to keep need `tf.keep`. Neither
   * the parameter nor the gradient may be disposed of by it.
   */
  readonly update: (name: string, parameter: tf.Tensor, gradient: tf.Tensor) => tf.Tensor;
}

export interface LossAndGradients {
  readonly loss: number;
  /** By parameter, in its own shape. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** An architecture whose weights can be trained. `run` is a forward pass in inference mode with the current weights. */
export interface TrainingSession extends Session {
  /** Weights that gradients reach: all floating-point ones but BatchNorm's running statistics, in the graph's order. */
  readonly parameterNames: readonly string[];
  /**
   * One step: forward in training mode, mean cross-entropy, gradients, `update` of every parameter; BatchNorm's running
   * statistics move as well.
   * @param labels one class per sample
   * @returns the loss before the update
   */
  step(feeds: Feeds, labels: Int32Array, options: StepOptions): Promise<number>;
  /** The loss in training mode and its gradients; nothing changes, running statistics included. */
  gradients(feeds: Feeds, labels: Int32Array, options: LossOptions): Promise<LossAndGradients>;
  /** Copies of the current values of all the graph's weights, running statistics included, as F32. */
  weights(): Promise<Weights>;
}

export class TfjsTrainingSession implements TrainingSession {
  readonly parameterNames: readonly string[];
  readonly #device: TfjsDevice;
  readonly #program: Program;
  readonly #weights: Map<string, tf.Tensor>;

  private constructor(device: TfjsDevice, program: Program, weights: Map<string, tf.Tensor>) {
    this.#device = device;
    this.#program = program;
    this.#weights = weights;
    this.parameterNames = [...weights.keys()].filter((name) => !program.statistics.has(name));
  }

  static async open(device: TfjsDevice, program: Program, weights: Weights): Promise<TfjsTrainingSession> {
    useBackend(device);
    return new TfjsTrainingSession(device, program, createWeightTensors(program.graph, weights));
  }

  async run(feeds: Feeds): Promise<Output> {
    useBackend(this.#device);
    return runtimeFailure(() => infer(this.#program, this.#weights, feeds));
  }

  async step(feeds: Feeds, labels: Int32Array, options: StepOptions): Promise<number> {
    useBackend(this.#device);
    return runtimeFailure(() => {
      const statistics = new Map<string, tf.Tensor>();
      const { value, grads } = this.#differentiate(feeds, labels, options, statistics);
      this.parameterNames.forEach((name, index) => {
        const parameter = this.#weights.get(name)!;
        // A value of its own even when the optimizer returns one of its arguments.
        const updated = tf.tidy(() => tf.clone(options.update(name, parameter, grads[index]!)));
        this.#replace(name, updated);
      });
      for (const [name, updated] of statistics) this.#replace(name, updated);
      const [loss] = value.dataSync<'float32'>();
      tf.dispose([value, ...grads]);
      return loss!;
    });
  }

  async gradients(feeds: Feeds, labels: Int32Array, options: LossOptions): Promise<LossAndGradients> {
    useBackend(this.#device);
    return runtimeFailure(() => {
      const statistics = new Map<string, tf.Tensor>();
      const { value, grads } = this.#differentiate(feeds, labels, options, statistics);
      const [loss] = value.dataSync<'float32'>();
      const gradients = new Map(
        this.parameterNames.map((name, index) => [name, Float32Array.from(grads[index]!.dataSync<'float32'>())]),
      );
      tf.dispose([value, ...grads, ...statistics.values()]);
      return { loss: loss!, gradients };
    });
  }

  async weights(): Promise<Weights> {
    useBackend(this.#device);
    return new Map(
      [...this.#weights].map(([name, tensor]): [string, TensorValue] => {
        const values = Float32Array.from(tensor.dataSync<'float32'>());
        return [name, { dtype: 'F32', shape: [...tensor.shape], bytes: new Uint8Array(values.buffer) }];
      }),
    );
  }

  async dispose(): Promise<void> {
    tf.dispose([...this.#weights.values()]);
    this.#weights.clear();
  }

  /** Loss and gradients by parameter, in the order of `parameterNames`; the caller disposes of all of them. */
  #differentiate(
    feeds: Feeds,
    labels: Int32Array,
    options: LossOptions,
    statistics: Map<string, tf.Tensor>,
  ): { value: tf.Tensor; grads: tf.Tensor[] } {
    const fixed = [...this.#weights].filter(([name]) => this.#program.statistics.has(name));
    const loss = (...parameters: tf.Tensor[]): tf.Scalar => {
      const weights = new Map([
        ...fixed,
        ...parameters.map((tensor, index) => [this.parameterNames[index]!, tensor] as const),
      ]);
      const logits = this.#program.run(feedTensors(this.#program.graph, feeds), weights, {
        mode: 'training',
        onStatistics: (name, value) => statistics.set(name, value),
      });
      checkLabels(logits, labels);
      return crossEntropy(logits as tf.Tensor2D, smoothedTargets(labels, logits.shape[1]!, options.labelSmoothing));
    };
    return tf.valueAndGrads(loss)(this.parameterNames.map((name) => this.#weights.get(name)!));
  }

  #replace(name: string, updated: tf.Tensor): void {
    this.#weights.get(name)!.dispose();
    this.#weights.set(name, tf.keep(updated));
  }
}
