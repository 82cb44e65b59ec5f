import { classCountOf, correctness, crossEntropies, predictedClasses, probabilities } from './classification.ts';

/**
 * What a classifier says of every sample of a split, beside what is true. Each thing that metrics are made from is worked out when
 * it is first asked for, and once.
 */
export class Predictions {
  /** F32 [samples, classes] */
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly classCount: number;
  #predicted: Int32Array | undefined;
  #probabilities: Float64Array | undefined;
  #hits: Uint8Array | undefined;
  #losses: Float64Array | undefined;

  /** @throws RangeError where there is not one row of logits for each label */
  constructor(logits: Float32Array, labels: Int32Array) {
    this.logits = logits;
    this.labels = labels;
    this.classCount = classCountOf(logits, labels);
  }

  get sampleCount(): number {
    return this.labels.length;
  }

  /** Class by class of each sample; −1 where the network's outputs are not numbers. */
  get predicted(): Int32Array {
    this.#predicted ??= predictedClasses(this.logits, this.classCount);
    return this.#predicted;
  }

  /** softmax, F64 [samples, classes] */
  get probabilities(): Float64Array {
    this.#probabilities ??= probabilities(this.logits, this.classCount);
    return this.#probabilities;
  }

  /** 1 where the prediction is the label. */
  get hits(): Uint8Array {
    this.#hits ??= correctness(this.logits, this.labels);
    return this.#hits;
  }

  /** Cross-entropy of each sample, nats. */
  get losses(): Float64Array {
    this.#losses ??= crossEntropies(this.logits, this.labels);
    return this.#losses;
  }
}
