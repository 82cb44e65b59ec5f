import { buildArchitecture } from '../architectures/build.ts';
import { initialWeights } from '../architectures/initialize.ts';
import { Random } from '../random.ts';
import type { Feeds, Runtime } from './runtime.ts';
import { TfjsRuntime } from './tfjs/tfjs-runtime.ts';

export interface Speed {
  /** Forward passes of the demo's network, batches of 64. */
  readonly imagesPerSecond: number;
  /** Training steps of it (forward, backward, update), where the device trains. */
  readonly trainingImagesPerSecond?: number;
}

const BATCH = 64;
/** Long enough for the optimizing compiler and caches, short enough for `doctor`. */
const WARM_UP_SECONDS = 0.3;
const MEASURED_SECONDS = 0.7;

/** How fast a runtime is on a small convolutional network: 28 × 28 grey images, two conv-bn-relu blocks, 56,000 parameters. */
export async function measureSpeed(runtime: Runtime): Promise<Speed> {
  const inputShape = [1, 28, 28];
  const architecture = buildArchitecture({ family: 'cnn', inputShape, channels: [16, 32], hidden: 32, classes: 10 });
  const weights = initialWeights(architecture, 1);
  const random = new Random(1, 'benchmark');
  const data = Float32Array.from({ length: BATCH * 28 * 28 }, () => random.normal());
  const feeds: Feeds = { input: { shape: [BATCH, ...inputShape], data } };
  const session = await runtime.open(architecture.graph, weights);
  const imagesPerSecond = await rate(() => session.run(feeds)).finally(() => session.dispose());
  if (!(runtime instanceof TfjsRuntime)) return { imagesPerSecond };
  const labels = Int32Array.from({ length: BATCH }, (_, row) => row % 10);
  const training = await runtime.openTraining(architecture.graph, weights);
  // The parameters stay as they are: what an optimizer adds is small beside the gradients.
  const options = { labelSmoothing: 0, update: <Parameter>(_name: string, parameter: Parameter) => parameter };
  const trainingImagesPerSecond = await rate(() => training.step(feeds, labels, options)).finally(() =>
    training.dispose(),
  );
  return { imagesPerSecond, trainingImagesPerSecond };
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  await repeatFor(WARM_UP_SECONDS, work);
  const { times, seconds } = await repeatFor(MEASURED_SECONDS, work);
  return (times * BATCH) / seconds;
}

async function repeatFor(
  seconds: number,
  work: () => Promise<unknown>,
): Promise<{ readonly times: number; readonly seconds: number }> {
  const start = performance.now();
  for (let times = 1; ; times++) {
    await work();
    const elapsed = (performance.now() - start) / 1000;
    if (elapsed >= seconds) return { times, seconds: elapsed };
  }
}
