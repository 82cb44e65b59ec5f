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

/**
 * Makes `device`, loaded before, the one that the next operations run on. At once, not later: what follows in the same turn
 * of the event loop is then safe from other sessions that use another device.
 */
export function useBackend(device: TfjsDevice): void {
  if (tf.getBackend() === device) return;
  // The promise is for backends that are still to be started; one that has been is current when the call returns.
  void tf.setBackend(device);
  if (tf.findBackend(device) === null || tf.getBackend() !== device) throw new Error(`${device} has not been loaded`);
}
