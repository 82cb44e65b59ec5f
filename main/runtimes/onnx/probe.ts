import { buildArchitecture } from '../../architectures/build.ts';
import { initialWeights } from '../../architectures/initialize.ts';
import { StockpotError } from '../../errors.ts';
import { Random } from '../../random.ts';
import type { DeviceReport, Feeds, Output } from '../runtime.ts';
import { loadOnnxLibrary } from './load-library.ts';
import { missingLibraries } from './native-libraries.ts';
import { ONNX_DEVICES, type OnnxDevice, openOnnxRuntime } from './onnx-runtime.ts';

/** Largest difference of a logit, relative to the largest logit, between a working device and the CPU: TF32 and fp16 stay within it. */
const TOLERANCE = 1e-2;

/**
 * Tries each device of ONNX Runtime by running a small network on it and comparing its logits with the CPU's. Native
 * libraries may write to standard error meanwhile, and a broken driver can end the process: call it in a process of its own.
 */
export async function probeOnnxDevices(): Promise<readonly DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const device of ONNX_DEVICES) reports.push(await probeOnnxDevice(device));
  return reports;
}

/** As `probeOnnxDevices`, for one device. */
export async function probeOnnxDevice(device: OnnxDevice): Promise<DeviceReport> {
  const report = { runtime: 'onnx', device, trains: false } as const;
  try {
    const version = await tryDevice(device);
    return { ...report, usable: true, explanation: `onnxruntime ${version}` };
  } catch (thrown) {
    if (!(thrown instanceof StockpotError)) throw thrown;
    return { ...report, usable: false, explanation: explain(device, thrown.what) };
  }
}

async function tryDevice(device: OnnxDevice): Promise<string> {
  const library = await loadOnnxLibrary();
  if (!library.listSupportedBackends().some(({ name }) => name === device)) {
    throw new StockpotError({
      code: 'runtime/device-unavailable',
      what: `ONNX Runtime for ${process.platform}-${process.arch} has no ${device} provider${PLATFORM_OF[device] ?? ''}`,
    });
  }
  const found = await smallNetworkOn(device);
  const expected = device === 'cpu' ? found : await smallNetworkOn('cpu');
  const difference = relativeDifference(found, expected);
  if (!(difference <= TOLERANCE)) {
    throw new StockpotError({
      code: 'runtime/device-unavailable',
      what: `Its logits are wrong: they differ from the CPU’s by ${difference.toExponential(1)}`,
    });
  }
  return library.env.versions.node ?? 'of unknown version';
}

const PLATFORM_OF: Partial<Readonly<Record<OnnxDevice, string>>> = {
  cuda: ' (there is one for Linux on x64)',
  dml: ' (there is one for Windows)',
  coreml: ' (there is one for macOS)',
};

async function smallNetworkOn(device: OnnxDevice): Promise<Output> {
  const inputShape = [1, 12, 12];
  const architecture = buildArchitecture({ family: 'cnn', inputShape, channels: [4, 8], hidden: 16, classes: 10 });
  const random = new Random(1, 'probe');
  const feeds: Feeds = {
    input: { shape: [2, ...inputShape], data: Float32Array.from({ length: 2 * 144 }, () => random.uniform()) },
  };
  const runtime = await openOnnxRuntime({ device, wholeGraph: device !== 'cpu' });
  const session = await runtime.open(architecture.graph, initialWeights(architecture, 1));
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

function relativeDifference(found: Output, expected: Output): number {
  let largest = 0;
  let scale = 0;
  for (const [index, value] of expected.data.entries()) {
    largest = Math.max(largest, Math.abs(value - found.data[index]!));
    scale = Math.max(scale, Math.abs(value));
  }
  return largest / scale;
}

function explain(device: OnnxDevice, what: string): string {
  const missing = missingLibraries(device);
  if (missing.length === 0) return what;
  const names = missing.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  return `${what}; missing: ${names}`;
}
