import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import type { Feeds, Output, Session } from '../runtime.ts';
import { type TfjsDevice, useBackend } from './backends.ts';
import { feedTensors } from './feeds.ts';
import type { DerivedTensors, Program } from './interpreter/program.ts';
import { runtimeFailure } from './runtime-failure.ts';
import { createWeightTensors } from './weight-tensors.ts';

/** An architecture with weights that stand still. */
export class InferenceSession implements Session {
  readonly #device: TfjsDevice;
  readonly #program: Program;
  readonly #weights: ReadonlyMap<string, tf.Tensor>;
  readonly #derived: DerivedTensors = new Map();

  private constructor(device: TfjsDevice, program: Program, weights: ReadonlyMap<string, tf.Tensor>) {
    this.#device = device;
    this.#program = program;
    this.#weights = weights;
  }

  static async open(device: TfjsDevice, program: Program, weights: Weights): Promise<InferenceSession> {
    useBackend(device);
    return new InferenceSession(device, program, createWeightTensors(program.graph, weights));
  }

  async run(feeds: Feeds): Promise<Output> {
    useBackend(this.#device);
    return runtimeFailure(() => infer(this.#program, this.#weights, feeds, this.#derived));
  }

  async dispose(): Promise<void> {
    tf.dispose([...this.#weights.values(), ...this.#derived.values()]);
    this.#derived.clear();
  }
}

/** One forward pass in inference mode on the current backend. */
export function infer(
  program: Program,
  weights: ReadonlyMap<string, tf.Tensor>,
  feeds: Feeds,
  derived?: DerivedTensors,
): Output {
  return tf.tidy(() => {
    const options = derived === undefined ? { mode: 'inference' as const } : { mode: 'inference' as const, derived };
    const logits = program.run(feedTensors(program.graph, feeds), weights, options);
    return { shape: [...logits.shape], data: logits.dataSync<'float32'>() };
  }) as unknown as Output;
}
