import { version_core } from '@tensorflow/tfjs-core';
import { readGraph } from '../../architectures/onnx/model.ts';
import type { Weights } from '../../checkpoints/checkpoint.ts';
import type { Runtime, Session } from '../runtime.ts';
import { type BackendFacts, loadBackend, type TfjsDevice } from './backends.ts';
import { type DerivativeSession, TfjsDerivativeSession } from './derivative-session.ts';
import { InferenceSession } from './inference-session.ts';
import { Program } from './interpreter/program.ts';
import { StatisticsSession } from './statistics-session.ts';
import { TfjsTrainingSession, type TrainingSession } from './training-session.ts';

/** Runs ONNX graphs on tfjs, with gradients. Devices: `tensorflow` (native) and `wasm`. */
export class TfjsRuntime implements Runtime {
  readonly id = 'tfjs';
  readonly device: TfjsDevice;
  readonly identity: string;

  private constructor({ device, description }: BackendFacts) {
    this.device = device;
    this.identity = `tfjs ${version_core} ${description}`;
  }

  /** @throws StockpotError `runtime/device-unavailable` that names what is missing */
  static async start(device: TfjsDevice): Promise<TfjsRuntime> {
    return new TfjsRuntime(await loadBackend(device));
  }

  async open(graph: Uint8Array, weights: Weights): Promise<Session> {
    return InferenceSession.open(this.device, new Program(readGraph(graph)), weights);
  }

  /** As `open`, with weights that can be trained. */
  async openTraining(graph: Uint8Array, weights: Weights): Promise<TrainingSession> {
    return TfjsTrainingSession.open(this.device, new Program(readGraph(graph)), weights);
  }

  /** As `open`, with BatchNorm's running statistics to be estimated anew. */
  openStatistics(graph: Uint8Array, weights: Weights): StatisticsSession {
    return StatisticsSession.open(this.device, new Program(readGraph(graph)), weights);
  }

  /** As `open`, with weights that are set from outside and a loss that is differentiated by all of them. */
  async openDerivatives(graph: Uint8Array, weights: Weights): Promise<DerivativeSession> {
    return TfjsDerivativeSession.open(this.device, new Program(readGraph(graph)), weights);
  }
}
