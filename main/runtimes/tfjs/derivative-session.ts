import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import { assertNever } from '../../errors.ts';
import type { Feeds, Output } from '../runtime.ts';
import { type TfjsDevice, useBackend } from './backends.ts';
import { checkLabels } from './check-labels.ts';
import { feedTensors } from './feeds.ts';
import { infer } from './inference-session.ts';
import { crossEntropy, smoothedTargets } from './interpreter/differentiable/cross-entropy.ts';
import { entropy } from './interpreter/differentiable/entropy.ts';
import type { Program } from './interpreter/program.ts';
import { runtimeFailure } from './runtime-failure.ts';
import { createWeightTensors } from './weight-tensors.ts';

/** What is differentiated, a mean over the batch: the cross-entropy of given labels, or the entropy of the outputs, which needs none. */
export type Loss = { readonly kind: 'cross-entropy'; readonly labels: Int32Array } | { readonly kind: 'entropy' };

export interface Derivative {
  readonly loss: number;
  /** ∂loss / ∂logitScale */
  readonly scaleSlope: number;
}

/** Told of ∂loss/∂θ of one weight, in its own shape; the values are its own. */
export type OnGradient = (weight: string, gradient: Float32Array) => void;

/**
 * An architecture whose weights are set from outside and whose loss is differentiated as it stands at inference: BatchNorm normalises by its
 * running statistics, and these have gradients like every other weight.
 */
export interface DerivativeSession {
  /** Every float weight of the graph, running statistics included, with its number of elements. */
  readonly weights: ReadonlyMap<string, number>;
  /** Gives a weight other values, which are copied. */
  setWeight(name: string, values: Float32Array): void;
  /** The loss of `logitScale` · logits, and its gradients one by one. */
  differentiate(feeds: Feeds, loss: Loss, logitScale: number, onGradient: OnGradient): Promise<Derivative>;
  /** Logits. */
  run(feeds: Feeds): Promise<Output>;
  dispose(): Promise<void>;
}

export class TfjsDerivativeSession implements DerivativeSession {
  readonly weights: ReadonlyMap<string, number>;
  readonly #device: TfjsDevice;
  readonly #program: Program;
  readonly #tensors: Map<string, tf.Tensor>;

  private constructor(device: TfjsDevice, program: Program, tensors: Map<string, tf.Tensor>) {
    this.#device = device;
    this.#program = program;
    this.#tensors = tensors;
    this.weights = new Map([...tensors].map(([name, { size }]) => [name, size]));
  }

  static async open(device: TfjsDevice, program: Program, weights: Weights): Promise<TfjsDerivativeSession> {
    useBackend(device);
    return new TfjsDerivativeSession(device, program, createWeightTensors(program.graph, weights));
  }

  setWeight(name: string, values: Float32Array): void {
    useBackend(this.#device);
    const old = this.#tensors.get(name)!;
    // A copy: the backend may read it only when it is first used, and the caller's memory may have changed by then.
    this.#tensors.set(name, tf.keep(tf.tensor(values.slice(), old.shape, 'float32')));
    old.dispose();
  }

  async differentiate(feeds: Feeds, loss: Loss, logitScale: number, onGradient: OnGradient): Promise<Derivative> {
    useBackend(this.#device);
    return runtimeFailure(() => {
      const names = [...this.#tensors.keys()];
      const scale = tf.scalar(logitScale);
      const { value, grads } = tf.valueAndGrads((factor, ...tensors) =>
        this.#loss(feeds, loss, factor!, new Map(tensors.map((tensor, index) => [names[index]!, tensor]))),
      )([scale, ...this.#tensors.values()]);
      const [mean] = value.dataSync<'float32'>();
      const [scaleGradient, ...gradients] = grads;
      const [scaleSlope] = scaleGradient!.dataSync<'float32'>();
      tf.dispose([scale, value, scaleGradient!]);
      for (const [index, name] of names.entries()) {
        // A weight that the output does not depend on has none.
        const gradient = gradients[index] as tf.Tensor | undefined;
        if (gradient === undefined || gradient === null) continue;
        onGradient(name, gradient.dataSync<'float32'>());
        gradient.dispose();
      }
      return { loss: mean!, scaleSlope: scaleSlope! };
    });
  }

  async run(feeds: Feeds): Promise<Output> {
    useBackend(this.#device);
    return runtimeFailure(() => infer(this.#program, this.#tensors, feeds));
  }

  async dispose(): Promise<void> {
    tf.dispose([...this.#tensors.values()]);
    this.#tensors.clear();
  }

  #loss(feeds: Feeds, loss: Loss, scale: tf.Tensor, weights: ReadonlyMap<string, tf.Tensor>): tf.Scalar {
    const logits = this.#program.run(feedTensors(this.#program.graph, feeds), weights, { mode: 'frozen' });
    const scaled = tf.mul(logits, scale) as tf.Tensor2D;
    switch (loss.kind) {
      case 'cross-entropy':
        checkLabels(logits, loss.labels);
        return crossEntropy(scaled, smoothedTargets(loss.labels, scaled.shape[1], 0));
      case 'entropy':
        return entropy(scaled);
      default:
        return assertNever(loss);
    }
  }
}
