import { describe, expect, it } from 'vitest';
import { ONNX_DEVICES } from '../../../main/runtimes/onnx/onnx-runtime.ts';
import { probeOnnxDevice } from '../../../main/runtimes/onnx/probe.ts';

describe('probing ONNX devices', () => {
  it('finds the CPU usable, with its version', async () => {
    expect(await probeOnnxDevice('cpu')).toEqual({
      runtime: 'onnx',
      device: 'cpu',
      usable: true,
      trains: false,
      explanation: expect.stringMatching(/^onnxruntime \d+\.\d+\.\d+$/),
    });
  });

  it('says of every device whether it is usable, and of those this platform has no provider for, that', async () => {
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    expect(ONNX_DEVICES).toContain(absent);
    const report = await probeOnnxDevice(absent);
    expect(report.usable).toBe(false);
    expect(report.explanation).toContain(`has no ${absent} provider`);
  });
});
