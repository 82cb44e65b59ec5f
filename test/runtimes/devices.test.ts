import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRuntime, openTfjsRuntime, probeDevices } from '../../main/runtimes/devices.ts';
import { tensorflowBinding } from '../../main/runtimes/tfjs/tensorflow/load.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('opening a runtime by choice', () => {
  it('takes the device that is asked for', async () => {
    const onnx = await openRuntime({ runtime: 'onnx', device: 'cpu' });
    expect(onnx).toMatchObject({ id: 'onnx', device: 'cpu' });
    const tfjs = await openRuntime({ runtime: 'tfjs', device: 'wasm' });
    expect(tfjs).toMatchObject({ id: 'tfjs', device: 'wasm' });
    expect(tfjs.identity).toMatch(/^tfjs \d+\.\d+\.\d+ wasm$/);
  });

  it('takes a device that works when it may choose', async () => {
    vi.stubEnv('STOCKPOT_TFJS_DEVICE', undefined);
    expect(['cpu', 'cuda']).toContain((await openRuntime({ runtime: 'onnx', device: 'auto' })).device);
    const { device } = await openTfjsRuntime('auto');
    expect(device).toBe(tensorflowBinding() === undefined ? 'wasm' : 'tensorflow');
  });

  it('lets the environment choose where the caller does not', async () => {
    vi.stubEnv('STOCKPOT_TFJS_DEVICE', 'wasm');
    expect((await openTfjsRuntime('auto')).device).toBe('wasm');
    vi.stubEnv('STOCKPOT_TFJS_DEVICE', 'abacus');
    await expect(openTfjsRuntime('auto')).rejects.toMatchObject({ code: 'runtime/unknown-device' });
  });

  it('names the devices there are when there is none of that name', async () => {
    await expect(openRuntime({ runtime: 'onnx', device: 'abacus' })).rejects.toMatchObject({
      code: 'runtime/unknown-device',
      remedy: expect.stringContaining('cpu, cuda'),
    });
  });
});

describe('probing devices', () => {
  it('says of every device whether it works, why not, and how fast it is', async () => {
    const devices = await probeDevices({ benchmark: true });
    const wasm = devices.find(({ device }) => device === 'wasm');
    expect(wasm).toMatchObject({ runtime: 'tfjs', usable: true, trains: true });
    expect(wasm!.imagesPerSecond).toBeGreaterThan(0);
    expect(wasm!.trainingImagesPerSecond).toBeGreaterThan(0);
    const cpu = devices.find(({ runtime, device }) => runtime === 'onnx' && device === 'cpu');
    expect(cpu).toMatchObject({ usable: true, trains: false });
    for (const { usable, explanation, imagesPerSecond } of devices) {
      expect(explanation).not.toBe('');
      expect(imagesPerSecond !== undefined).toBe(usable);
    }
  });
});
