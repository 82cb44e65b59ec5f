import type { TfjsDevice } from '../../../../main/runtimes/tfjs/backends.ts';
import { tensorflowBinding } from '../../../../main/runtimes/tfjs/tensorflow/load.ts';

/** STOCKPOT_TENSORFLOW=required makes it a failure when native TensorFlow is missing. */
export const IS_TENSORFLOW_REQUIRED = process.env.STOCKPOT_TENSORFLOW === 'required';

/** Every device of the tfjs runtime that this machine has, or has to have. */
export const PRESENT_DEVICES: readonly TfjsDevice[] =
  IS_TENSORFLOW_REQUIRED || tensorflowBinding() !== undefined ? ['wasm', 'tensorflow'] : ['wasm'];
