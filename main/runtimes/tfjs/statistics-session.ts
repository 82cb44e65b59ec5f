import * as tf from '@tensorflow/tfjs-core';
import type { TensorValue, Weights } from '../../checkpoints/checkpoint.ts';
import type { Feeds } from '../runtime.ts';
import { type TfjsDevice, useBackend } from './backends.ts';
import { feedTensors } from './feeds.ts';
import type { Program } from './interpreter/program.ts';
import { runtimeFailure } from './runtime-failure.ts';
import { createWeightTensors } from './weight-tensors.ts';

/**
 * Estimates BatchNorm's running statistics anew: every layer normalises by the batch's own mean and variance, and the running ones
 * become the plain average over batches, the variance with Bessel's correction (Izmailov et al., "Averaging Weights Leads to Wider
 * Optima", UAI 2018, section 3.2; PyTorch's `torch.optim.swa_utils.update_bn`). Nothing else of the network changes.
 */
export class StatisticsSession {
  readonly #device: TfjsDevice;
  readonly #program: Program;
  readonly #weights: Map<string, tf.Tensor>;
  #batches = 0;

  private constructor(device: TfjsDevice, program: Program, weights: Map<string, tf.Tensor>) {
    this.#device = device;
    this.#program = program;
    this.#weights = weights;
  }

  static open(device: TfjsDevice, program: Program, weights: Weights): StatisticsSession {
    useBackend(device);
    return new StatisticsSession(device, program, createWeightTensors(program.graph, weights));
  }

  /** Names of the running means and variances, in the graph's order. */
  get names(): readonly string[] {
    return [...this.#program.statistics];
  }

  /** Takes one batch into account; each counts the same, whatever its size. */
  observe(feeds: Feeds): void {
    useBackend(this.#device);
    runtimeFailure(() => {
      const updated = new Map<string, tf.Tensor>();
      tf.tidy(() => {
        this.#program.run(feedTensors(this.#program.graph, feeds), this.#weights, {
          mode: 'training',
          statisticsMomentum: this.#batches / (this.#batches + 1),
          onStatistics: (name, value) => updated.set(name, value),
        });
      });
      for (const [name, value] of updated) {
        this.#weights.get(name)!.dispose();
        this.#weights.set(name, value);
      }
    });
    this.#batches += 1;
  }

  /** The statistics over all batches so far, F32; those that the network came with before the first. */
  statistics(): Weights {
    useBackend(this.#device);
    return new Map(
      this.names.map((name): [string, TensorValue] => {
        const tensor = this.#weights.get(name)!;
        const values = Float32Array.from(tensor.dataSync<'float32'>());
        return [name, { dtype: 'F32', shape: [...tensor.shape], bytes: new Uint8Array(values.buffer) }];
      }),
    );
  }

  dispose(): void {
    tf.dispose([...this.#weights.values()]);
    this.#weights.clear();
  }
}
