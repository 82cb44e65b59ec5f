import { assertNever, StockpotError } from '../../errors.ts';
import { ONNX_DEVICES, openOnnxRuntime } from '../../runtimes/onnx/onnx-runtime.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import { TFJS_DEVICES } from '../../runtimes/tfjs/backends.ts';
import { TfjsRuntime } from '../../runtimes/tfjs/tfjs-runtime.ts';
import type { RuntimeChoice } from '../protocol.ts';

const opened = new Map<string, Promise<Runtime>>();

/** The runtime of a choice, opened once and kept for the life of the engine. */
export function runtimeFor(choice: RuntimeChoice): Promise<Runtime> {
  const key = `${choice.runtime} ${choice.device}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const opening = open(choice);
  opened.set(key, opening);
  return opening;
}

export async function trainingRuntimeFor(device: string): Promise<TfjsRuntime> {
  return (await runtimeFor({ runtime: 'tfjs', device })) as TfjsRuntime;
}

function open({ runtime, device }: RuntimeChoice): Promise<Runtime> {
  switch (runtime) {
    case 'onnx':
      return openOnnxRuntime({ device: known(ONNX_DEVICES, device === 'auto' ? 'cpu' : device), threads: threads() });
    case 'tfjs':
      return device === 'auto' ? firstTfjsDevice() : TfjsRuntime.start(known(TFJS_DEVICES, device));
    default:
      return assertNever(runtime);
  }
}

async function firstTfjsDevice(): Promise<Runtime> {
  return TfjsRuntime.start('tensorflow').catch((thrown: unknown) => {
    if (thrown instanceof StockpotError && thrown.code === 'runtime/device-unavailable')
      return TfjsRuntime.start('wasm');
    throw thrown;
  });
}

function known<Device extends string>(devices: readonly Device[], device: string): Device {
  const found = devices.find((candidate) => candidate === device);
  if (found !== undefined) return found;
  throw new StockpotError({
    code: 'runtime/unknown-device',
    what: `There is no device called ${device}`,
    remedy: `Choose one of: ${devices.join(', ')}, or auto.`,
  });
}

/** The share of the cores that the pool gives this engine. */
function threads(): number {
  return Math.max(1, Number(process.env.STOCKPOT_THREADS ?? 1));
}
