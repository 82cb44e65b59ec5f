// For its side effect: in Node, tfjs-core alone knows no gradients; this package registers them.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { loadTensorflow } from './tensorflow/load.ts';
import { loadWasm } from './wasm/load.ts';

export type TfjsDevice = 'tensorflow' | 'wasm';

export const TFJS_DEVICES: readonly TfjsDevice[] = ['tensorflow', 'wasm'];

/** Versions that may change an output's bits. */
export interface BackendFacts {
  readonly device: TfjsDevice;
  /** `tensorflow 2.12.0 cpu`, `wasm` */
  readonly description: string;
}

const loaded = new Map<TfjsDevice, Promise<BackendFacts>>();

/**
 * Loads a backend, once.
 * @throws StockpotError `runtime/device-unavailable` that names what is missing
 */
export function loadBackend(device: TfjsDevice): Promise<BackendFacts> {
  const known = loaded.get(device);
  if (known !== undefined) return known;
  const loading = device === 'wasm' ? loadWasm() : loadTensorflow();
  loaded.set(device, loading);
  // What was missing may be there at the next attempt.
  loading.catch(() => loaded.delete(device));
  return loading;
}

/** Makes `device`, loaded before, the one that the next operations run on. */
export async function useBackend(device: TfjsDevice): Promise<void> {
  if (tf.getBackend() !== device) await tf.setBackend(device);
}
