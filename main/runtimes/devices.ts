import { assertNever, StockpotError } from '../errors.ts';
import { measureSpeed, type Speed } from './benchmark.ts';
import { missingLibraries } from './onnx/native-libraries.ts';
import { ONNX_DEVICES, type OnnxDevice, openOnnxRuntime } from './onnx/onnx-runtime.ts';
import { probeOnnxDevice, probeOnnxDevices } from './onnx/probe.ts';
import type { DeviceReport, Runtime, RuntimeId } from './runtime.ts';
import { TFJS_DEVICES, type TfjsDevice } from './tfjs/backends.ts';
import { TfjsRuntime } from './tfjs/tfjs-runtime.ts';

/** A runtime, and the device to use: one by name, or `auto` for the first that works. */
export interface DeviceChoice {
  readonly runtime: RuntimeId;
  readonly device: string | 'auto';
}

export interface OpenOptions {
  /** Threads that ONNX Runtime may use on the CPU; native TensorFlow takes its own from the environment. */
  readonly threads?: number;
}

export type MeasuredDevice = DeviceReport & Partial<Speed>;

/**
 * Opens the runtime of a choice.
 * @throws StockpotError `runtime/unknown-device`, `runtime/device-unavailable`
 */
export async function openRuntime(choice: DeviceChoice, options: OpenOptions = {}): Promise<Runtime> {
  switch (choice.runtime) {
    case 'onnx': {
      const device = choice.device === 'auto' ? await firstOnnxDevice() : known(ONNX_DEVICES, choice.device);
      return openOnnxRuntime({ device, ...options });
    }
    case 'tfjs':
      return openTfjsRuntime(choice.device);
    default:
      return assertNever(choice.runtime);
  }
}

/**
 * As `openRuntime` for tfjs, which alone trains. `auto` takes native TensorFlow where it is installed, else WebAssembly;
 * the environment variable STOCKPOT_TFJS_DEVICE decides instead where it is set.
 */
export async function openTfjsRuntime(device: string | 'auto'): Promise<TfjsRuntime> {
  const wanted = device === 'auto' ? (process.env.STOCKPOT_TFJS_DEVICE ?? 'auto') : device;
  if (wanted !== 'auto') return TfjsRuntime.start(known(TFJS_DEVICES, wanted));
  try {
    return await TfjsRuntime.start('tensorflow');
  } catch (thrown) {
    if (!isUnavailable(thrown)) throw thrown;
    return TfjsRuntime.start('wasm');
  }
}

/**
 * CUDA where it computes correctly, else the CPU. The other devices are used on request only: WebGPU may be a software
 * renderer that is slower than the CPU, and CoreML and DirectML may round to half precision.
 */
async function firstOnnxDevice(): Promise<OnnxDevice> {
  if (process.platform !== 'linux' || missingLibraries('cuda').length > 0) return 'cpu';
  const { usable } = await probeOnnxDevice('cuda');
  return usable ? 'cuda' : 'cpu';
}

/**
 * Every device of every runtime: whether it works, found out by using it, and why not. A broken driver can end the
 * process, so this belongs into a process of its own.
 */
export async function probeDevices(options: { readonly benchmark: boolean }): Promise<readonly MeasuredDevice[]> {
  const reports = [...(await probeOnnxDevices())];
  for (const device of TFJS_DEVICES) reports.push(await probeTfjsDevice(device));
  if (!options.benchmark) return reports;
  const measured: MeasuredDevice[] = [];
  for (const report of reports) measured.push(report.usable ? { ...report, ...(await speedOf(report)) } : report);
  return measured;
}

async function probeTfjsDevice(device: TfjsDevice): Promise<DeviceReport> {
  const report = { runtime: 'tfjs', device, trains: true } as const;
  try {
    const { identity } = await TfjsRuntime.start(device);
    return { ...report, usable: true, explanation: identity };
  } catch (thrown) {
    if (!isUnavailable(thrown)) throw thrown;
    const remedy = thrown.remedy === undefined ? '' : `. ${thrown.remedy}`;
    return { ...report, usable: false, explanation: `${thrown.what}${remedy}` };
  }
}

async function speedOf({ runtime, device }: DeviceReport): Promise<Speed> {
  return measureSpeed(await openRuntime({ runtime, device }));
}

function isUnavailable(thrown: unknown): thrown is StockpotError {
  return thrown instanceof StockpotError && thrown.code === 'runtime/device-unavailable';
}

function known<Device extends string>(devices: readonly Device[], device: string): Device {
  const found = devices.find((candidate) => candidate === device);
  if (found !== undefined) return found;
  throw new StockpotError({
    code: 'runtime/unknown-device',
    what: `There is no device called ${device}`,
    remedy: `Choose one of: ${devices.join(', ')}, or auto`,
  });
}
