import { StockpotError } from '../../errors.ts';
import { probeOnnxDevices } from '../../runtimes/onnx/probe.ts';
import type { DeviceReport } from '../../runtimes/runtime.ts';
import { TFJS_DEVICES, type TfjsDevice } from '../../runtimes/tfjs/backends.ts';
import { TfjsRuntime } from '../../runtimes/tfjs/tfjs-runtime.ts';
import type { ProbeResult, ProbeTask } from '../protocol.ts';

/** Finds out which devices work by using each of them. */
export async function probe(_task: ProbeTask): Promise<ProbeResult> {
  const tfjs = await Promise.all(TFJS_DEVICES.map(probeTfjs));
  return { kind: 'probe', devices: [...(await probeOnnxDevices()), ...tfjs] };
}

async function probeTfjs(device: TfjsDevice): Promise<DeviceReport> {
  try {
    const { identity } = await TfjsRuntime.start(device);
    return { runtime: 'tfjs', device, usable: true, explanation: identity, trains: true };
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    return { runtime: 'tfjs', device, usable: false, explanation: thrown.what, trains: false };
  }
}
