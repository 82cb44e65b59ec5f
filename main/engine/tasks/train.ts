import type { Architecture } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import type { TensorValue, Weights } from '../../checkpoints/checkpoint.ts';
import { writeCheckpoint } from '../../checkpoints/write-checkpoint.ts';
import { openSplit } from '../../data/open-split.ts';
import type { TaskReports } from '../engine.ts';
import type { EpochReport, TrainResult, TrainTask } from '../protocol.ts';
import { type TrainingOutcome, trainEpochs } from '../training/train-loop.ts';
import { checkSplitFits } from './feeds.ts';
import { trainingRuntimeFor } from './runtimes.ts';
import { resolveWeights } from './weights.ts';

/**
 * Trains and writes the weights of the best epoch, in the order of `Architecture.parameters`.
 * @throws StockpotError `engine/split-does-not-fit`, `train/diverged`, and as opening checkpoints, splits and runtimes does
 */
export async function train(task: TrainTask, reports: TaskReports): Promise<TrainResult> {
  const startedAt = performance.now();
  checkSplitFits(task.architecture, task.train);
  checkSplitFits(task.architecture, task.selection);
  const architecture = buildArchitecture(task.architecture);
  const initial = await resolveWeights(task.initial, architecture);
  const runtime = await trainingRuntimeFor(task.device);
  const trainSplit = openSplit(task.train);
  const selection = openSplit(task.selection);
  const session = await runtime.openTraining(architecture.graph, initial);
  const epochs: EpochReport[] = [];
  try {
    const course = trainEpochs({
      spec: task.architecture,
      session,
      train: trainSplit,
      selection,
      config: task.config,
      onProgress: reports.onProgress,
    });
    let step = await course.next();
    while (!step.done) {
      epochs.push(step.value);
      reports.onEpoch(step.value);
      step = await course.next();
    }
    const outcome = step.value;
    writeCheckpoint(
      task.checkpointPath,
      'safetensors',
      checkpointWeights(architecture, initial, outcome),
      task.metadata,
    );
    return {
      kind: 'train',
      runtimeIdentity: runtime.identity,
      epochs,
      bestEpoch: outcome.bestEpoch,
      imagesSeen: outcome.imagesSeen,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await session.dispose();
    trainSplit.close();
    selection.close();
  }
}

/** The trained tensors and, where the graph has no use for them, the counters that PyTorch's BatchNorm advances at each step. */
function checkpointWeights(architecture: Architecture, initial: Weights, outcome: TrainingOutcome): Weights {
  return new Map(
    architecture.parameters.map(({ name, inGraph }): [string, TensorValue] => [
      name,
      inGraph ? outcome.bestWeights.get(name)! : advancedCounter(initial.get(name), outcome.bestSteps),
    ]),
  );
}

function advancedCounter(initial: TensorValue | undefined, steps: number): TensorValue {
  const before =
    initial === undefined ? 0n : new DataView(initial.bytes.buffer, initial.bytes.byteOffset).getBigInt64(0, true);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, before + BigInt(steps), true);
  return { dtype: 'I64', shape: [], bytes };
}
