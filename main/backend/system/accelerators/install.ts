import { createNodeProcessHost } from '../../../engine/node-process-host.ts';
import { EnginePool } from '../../../engine/pool.ts';
import type { ProbeResult } from '../../../engine/protocol.ts';
import type { OnProgress } from '../../../progress.ts';
import { hasNvidiaDriver } from './nvidia.ts';
import { installOnnxCuda } from './onnx-cuda.ts';
import type { StepOutcome } from './step.ts';
import { installTensorflow } from './tensorflow.ts';

export interface AcceleratorsReport {
  readonly nvidia: boolean;
  readonly steps: readonly StepOutcome[];
  /** Every device after that, tried in a process of its own and timed. */
  readonly devices: ProbeResult['devices'];
}

/**
 * Fetches what `npm ci` left out and this machine can use: native TensorFlow for training and, beside an NVIDIA driver,
 * ONNX Runtime's CUDA provider. What is there already is left alone.
 */
export async function installAccelerators(onProgress: OnProgress, signal: AbortSignal): Promise<AcceleratorsReport> {
  const nvidia = await hasNvidiaDriver();
  const options = { nvidia, onProgress, signal };
  const steps = [await installTensorflow(options), await installOnnxCuda(options)];
  onProgress({ stage: 'Trying every device', done: 0, total: 1, unit: 'probes' });
  await using pool = new EnginePool(createNodeProcessHost(), { size: 1, threadsPerEngine: 1 });
  const { devices } = await pool.run({ kind: 'probe', benchmark: true }, { signal });
  return { nvidia, steps, devices };
}
