import * as tf from '@tensorflow/tfjs-core';
import type { TensorValue, Weights } from '../../checkpoints/checkpoint.ts';
import { assertNever } from '../../errors.ts';
import type { TrainingConfig } from '../protocol.ts';

/** What an optimizer carries from one step to the next, as plain data. */
export interface OptimizerState {
  readonly steps: number;
  /** F32, by what they are and the parameter's name: `velocity/conv1.weight`. */
  readonly tensors: Weights;
}

/**
 * An update rule with its state. A step is `beginStep` once, then `update` for every trainable parameter.
 * The rules are PyTorch's (torch.optim.SGD, Adam, AdamW with their default arguments), so that figures can be compared.
 */
export interface Optimizer {
  beginStep(learningRate: number): void;
  /** The parameter's next value, a tensor of the same shape that the caller owns. Neither argument is changed or disposed. */
  update(name: string, parameter: tf.Tensor, gradient: tf.Tensor): tf.Tensor;
  /** A copy of what it carries. */
  state(): OptimizerState;
  /** Goes on from there, instead of from nothing. */
  restore(state: OptimizerState): void;
  dispose(): void;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export function createOptimizer(config: Pick<TrainingConfig, 'optimizer' | 'momentum' | 'weightDecay'>): Optimizer {
  switch (config.optimizer) {
    case 'sgd':
      return new Sgd(config.momentum, config.weightDecay);
    case 'adam':
      return new Adam({ coupled: config.weightDecay, decoupled: 0 });
    case 'adamw':
      return new Adam({ coupled: 0, decoupled: config.weightDecay });
    default:
      return assertNever(config.optimizer);
  }
}

/** State tensors by parameter, kept across steps and out of reach of the tidy scopes that an update runs in. */
class Slots {
  readonly #tensors = new Map<string, tf.Tensor>();

  get(name: string): tf.Tensor | undefined {
    return this.#tensors.get(name);
  }

  set(name: string, value: tf.Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, tf.keep(value));
  }

  /** Copies, each name after `prefix`. */
  values(prefix: string): readonly (readonly [string, TensorValue])[] {
    return [...this.#tensors].map(([name, tensor]) => {
      const values = Float32Array.from(tensor.dataSync<'float32'>());
      return [`${prefix}${name}`, { dtype: 'F32', shape: [...tensor.shape], bytes: new Uint8Array(values.buffer) }];
    });
  }

  /** Takes over those whose names begin with `prefix`. */
  restore(prefix: string, tensors: Weights): void {
    for (const [name, { bytes, shape }] of tensors) {
      if (!name.startsWith(prefix)) continue;
      const values = new Float32Array(bytes.slice().buffer);
      this.set(name.slice(prefix.length), tf.tensor(values, [...shape], 'float32'));
    }
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}

const VELOCITY = 'velocity/';
const FIRST = 'first/';
const SECOND = 'second/';

/** Heavy-ball momentum without dampening; weight decay is an L2 term added to the gradient. */
class Sgd implements Optimizer {
  readonly #velocity = new Slots();
  readonly #momentum: number;
  readonly #weightDecay: number;
  #learningRate = 0;
  #steps = 0;

  constructor(momentum: number, weightDecay: number) {
    this.#momentum = momentum;
    this.#weightDecay = weightDecay;
  }

  beginStep(learningRate: number): void {
    this.#learningRate = learningRate;
    this.#steps += 1;
  }

  update(name: string, parameter: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const direction = withDecay(parameter, gradient, this.#weightDecay);
      if (this.#momentum === 0) return tf.sub(parameter, tf.mul(direction, this.#learningRate));
      const previous = this.#velocity.get(name);
      // The first velocity is the direction itself: a copy, because the gradient belongs to the caller.
      const velocity =
        previous === undefined ? tf.clone(direction) : tf.add(tf.mul(previous, this.#momentum), direction);
      this.#velocity.set(name, velocity);
      return tf.sub(parameter, tf.mul(velocity, this.#learningRate));
    });
  }

  state(): OptimizerState {
    return { steps: this.#steps, tensors: new Map(this.#velocity.values(VELOCITY)) };
  }

  restore({ steps, tensors }: OptimizerState): void {
    this.#steps = steps;
    this.#velocity.restore(VELOCITY, tensors);
  }

  dispose(): void {
    this.#velocity.dispose();
  }
}

/**
 * Kingma & Ba, "Adam" (2015), algorithm 1, with the bias corrections applied as PyTorch does (ε is added after them).
 * Weight decay is coupled (added to the gradient) for Adam, decoupled (Loshchilov & Hutter, 2019, algorithm 2) for AdamW.
 */
class Adam implements Optimizer {
  readonly #first = new Slots();
  readonly #second = new Slots();
  readonly #decay: { readonly coupled: number; readonly decoupled: number };
  #learningRate = 0;
  #step = 0;

  constructor(decay: { readonly coupled: number; readonly decoupled: number }) {
    this.#decay = decay;
  }

  beginStep(learningRate: number): void {
    this.#learningRate = learningRate;
    this.#step += 1;
  }

  update(name: string, parameter: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const direction = withDecay(parameter, gradient, this.#decay.coupled);
      const first = movingAverage(this.#first.get(name), direction, BETA1);
      const second = movingAverage(this.#second.get(name), tf.square(direction), BETA2);
      this.#first.set(name, first);
      this.#second.set(name, second);
      const correction1 = 1 - BETA1 ** this.#step;
      const correction2 = 1 - BETA2 ** this.#step;
      const denominator = tf.add(tf.mul(tf.sqrt(second), 1 / Math.sqrt(correction2)), EPSILON);
      const change = tf.div(tf.mul(first, this.#learningRate / correction1), denominator);
      const { decoupled } = this.#decay;
      const shrunk = decoupled === 0 ? parameter : tf.mul(parameter, 1 - this.#learningRate * decoupled);
      return tf.sub(shrunk, change);
    });
  }

  state(): OptimizerState {
    return { steps: this.#step, tensors: new Map([...this.#first.values(FIRST), ...this.#second.values(SECOND)]) };
  }

  restore({ steps, tensors }: OptimizerState): void {
    this.#step = steps;
    this.#first.restore(FIRST, tensors);
    this.#second.restore(SECOND, tensors);
  }

  dispose(): void {
    this.#first.dispose();
    this.#second.dispose();
  }
}

function withDecay(parameter: tf.Tensor, gradient: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
}

function movingAverage(previous: tf.Tensor | undefined, value: tf.Tensor, rate: number): tf.Tensor {
  const share = tf.mul(value, 1 - rate);
  return previous === undefined ? share : tf.add(tf.mul(previous, rate), share);
}
