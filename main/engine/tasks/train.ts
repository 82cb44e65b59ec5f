import type { Architecture } from '../../architectures/architecture.ts';
import { buildArchitecture } from '../../architectures/build.ts';
import type { TensorValue, Weights } from '../../checkpoints/checkpoint.ts';
import { writeCheckpoint } from '../../checkpoints/write-checkpoint.ts';
import { openSplit } from '../../data/open-split.ts';
import type { TaskReports } from '../engine.ts';
import type { TrainResult, TrainTask } from '../protocol.ts';
import { trainEpochs } from '../training/train-loop.ts';
import { trainingIdentity } from '../training/training-identity.ts';
import { type BestEpoch, readTrainingState, writeTrainingState } from '../training/training-state.ts';
import { checkSplitFits } from './feeds.ts';
import { trainingRuntimeFor } from './runtimes.ts';
import { resolveWeights } from './weights.ts';

/**
 * Trains and writes the weights of the best epoch, in the order of `Architecture.parameters`. Goes on from the state that an earlier
 * attempt has kept, and reports that attempt's epochs first; leaves the state to whoever has taken the checkpoint.
 * @throws StockpotError `engine/split-does-not-fit`, `train/diverged`, `train/damaged-state`, `train/other-state`, and as opening checkpoints, splits and runtimes does
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
  const identity = trainingIdentity(task, architecture.graphHash, initial, runtime.identity);
  const from = await readTrainingState(task.statePath, identity);
  const session = await runtime.openTraining(architecture.graph, from?.weights ?? initial);
  const seconds = (): number => (from?.seconds ?? 0) + (performance.now() - startedAt) / 1000;
  try {
    for (const report of from?.epochs ?? []) reports.onEpoch(report);
    const course = trainEpochs({
      spec: task.architecture,
      session,
      train: trainSplit,
      selection,
      config: task.config,
      onProgress: reports.onProgress,
      from,
      keep: (state) => writeTrainingState(task.statePath, { ...state, seconds: seconds(), identity }),
    });
    let step = await course.next();
    while (!step.done) {
      reports.onEpoch(step.value);
      step = await course.next();
    }
    const { best, epochs, imagesSeen } = step.value;
    writeCheckpoint(task.checkpointPath, 'safetensors', checkpointWeights(architecture, initial, best), task.metadata);
    return {
      kind: 'train',
      runtimeIdentity: runtime.identity,
      epochs,
      bestEpoch: best.epoch,
      imagesSeen,
      seconds: seconds(),
    };
  } finally {
    await session.dispose();
    trainSplit.close();
    selection.close();
  }
}

/** The trained tensors and, where the graph has no use for them, the counters that PyTorch's BatchNorm advances at each step. */
function checkpointWeights(architecture: Architecture, initial: Weights, best: BestEpoch): Weights {
  return new Map(
    architecture.parameters.map(({ name, inGraph }): [string, TensorValue] => [
      name,
      inGraph ? best.weights.get(name)! : advancedCounter(initial.get(name), best.steps),
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
