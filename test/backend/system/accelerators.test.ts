import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../main/backend/system/accelerators/run-command.ts';
import { findBuildTools } from '../../../main/backend/system/accelerators/tensorflow-tools.ts';
import { downloadWheel, unpackWheel } from '../../../main/backend/system/accelerators/tensorflow-wheel.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-accelerators-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;

describe('running a program', () => {
  it('tells its exit code and what it wrote', async () => {
    const script = 'console.log("out"); console.error("err"); process.exit(3)';
    const outcome = await runCommand(process.execPath, ['-e', script], { timeoutSeconds: 60 });
    expect(outcome).toMatchObject({ code: 3, missing: false, timedOut: false });
    expect(outcome.output.split('\n').sort()).toEqual(['err', 'out']);
  });

  it('tells a program that does not exist', async () => {
    const outcome = await runCommand(join(folder, 'nothing-here'), [], { timeoutSeconds: 60 });
    expect(outcome).toMatchObject({ code: null, missing: true });
  });

  it('ends a program that takes too long', async () => {
    const script = 'setInterval(() => {}, 1000)';
    const outcome = await runCommand(process.execPath, ['-e', script], { timeoutSeconds: 0.1 });
    expect(outcome).toMatchObject({ code: null, timedOut: true });
  });

  it('ends with the job that it is part of', async () => {
    const cancel = new AbortController();
    const running = runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      timeoutSeconds: 60,
      signal: cancel.signal,
    });
    cancel.abort();
    await expect(running).rejects.toMatchObject({ code: 'job/cancelled' });
  });
});

describe('the tools to build with', () => {
  it('are all named when they are missing, with how to get them', async () => {
    vi.stubEnv('PATH', folder);
    await expect(findBuildTools()).rejects.toMatchObject({
      code: 'accelerators/missing-tools',
      kind: 'failure',
      details: [
        expect.stringMatching(/^python3 with pip: .*apt install/),
        expect.stringMatching(/^g\+\+: .*apt install/),
      ],
    });
  });
});

describe("TensorFlow's wheel", () => {
  it('is reported as out of reach when pip fails, with what pip said', async () => {
    const pip = join(folder, 'pip');
    writeFileSync(pip, '#!/bin/sh\necho "ERROR: No matching distribution found" >&2\nexit 1\n');
    chmodSync(pip, 0o755);
    await expect(downloadWheel([pip], false, folder, never)).rejects.toMatchObject({
      code: 'accelerators/unreachable',
      details: ['ERROR: No matching distribution found'],
    });
  });

  it('gives its libraries and C headers, and nothing else', async () => {
    const library = new Uint8Array(3_000_000).map((_, index) => (index * index) >> 3);
    const entries: Zippable = {
      'tensorflow/libtensorflow_cc.so.2': library,
      'tensorflow/libtensorflow_framework.so.2': [new Uint8Array([1, 2, 3]), { level: 0 }],
      'tensorflow/include/tensorflow/c/c_api.h': new TextEncoder().encode('// c'),
      'tensorflow/include/tensorflow/c/../../../../outside.h': new TextEncoder().encode('// no'),
      'tensorflow/include/Eigen/Core.h': new TextEncoder().encode('// no'),
      'tensorflow/python/ops.py': new TextEncoder().encode('no'),
    };
    const wheel = join(folder, 'a.whl');
    writeFileSync(wheel, zipSync(entries));
    const target = join(folder, 'deps');
    let last = 0;
    await unpackWheel(
      wheel,
      target,
      ({ done, total }) => {
        last = done / total;
      },
      never,
    );
    expect(readdirSync(target, { recursive: true }).sort()).toEqual([
      'include',
      'include/tensorflow',
      'include/tensorflow/c',
      'include/tensorflow/c/c_api.h',
      'lib',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
    ]);
    expect(sha256(readFileSync(join(target, 'lib/libtensorflow_cc.so.2')))).toBe(sha256(library));
    expect(last).toBe(1);
    expect(existsSync(wheel)).toBe(false);
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
