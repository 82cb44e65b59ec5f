import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SplitRef } from '../../main/data/split.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { defaultPoolSize, EnginePool } from '../../main/engine/pool.ts';
import type { EngineMessage, EpochReport, EvaluateTask, TrainTask } from '../../main/engine/protocol.ts';
import { StockpotError } from '../../main/errors.ts';
import type { Progress } from '../../main/progress.ts';
import { Random } from '../../main/random.ts';
import { makeSplit } from './synthetic-split.ts';

const CLASSES = 3;
const ARCHITECTURE = { family: 'mlp', inputShape: [1, 6, 6], hidden: [8], classes: CLASSES } as const;
/** Far more than any test waits for. */
const ENDLESS = 1_000_000;

let folder: string;
let split: SplitRef;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-pool-'));
  mkdirSync(join(folder, 'states'));
  const random = new Random(1, 'pool');
  const labels = Array.from({ length: 64 }, () => random.integer(CLASSES));
  const images = labels.flatMap((label) => Array.from({ length: 36 }, () => label * 60 + random.integer(80)));
  split = await makeSplit(folder, 'data', { images, labels, height: 6, width: 6, classes: CLASSES });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function training(output: string, epochs: number): TrainTask {
  return {
    kind: 'train',
    architecture: ARCHITECTURE,
    device: 'wasm',
    initial: { kind: 'initial', seed: 1 },
    train: split,
    selection: split,
    config: {
      optimizer: 'sgd',
      learningRate: 0.05,
      weightDecay: 0,
      momentum: 0.9,
      epochs,
      batchSize: 16,
      schedule: 'constant',
      labelSmoothing: 0,
      augmentation: { shift: 0, rotate: 0, cutout: 0 },
      seed: 1,
      samplesPerEpoch: 0,
    },
    checkpointPath: join(folder, output),
    statePath: join(folder, 'states', output),
    metadata: {},
  };
}

function evaluation(output: string): EvaluateTask {
  return {
    kind: 'evaluate',
    architecture: ARCHITECTURE,
    runtime: { runtime: 'onnx', device: 'cpu' },
    split,
    subjects: [{ weights: { kind: 'initial', seed: 1 }, logitsPath: join(folder, output) }],
  };
}

function pool(size: number): EnginePool {
  return new EnginePool(createNodeProcessHost(), { size, threadsPerEngine: 1 });
}

/** Starts a training that does not end by itself; resolves once it is under way. */
async function startEndless(
  engines: EnginePool,
  output: string,
  signal?: AbortSignal,
): Promise<{ readonly outcome: Promise<unknown>; readonly pid: number }> {
  const before = new Set(busy(engines));
  const underWay = Promise.withResolvers<void>();
  const outcome = engines
    .run(training(output, ENDLESS), { onEpoch: () => underWay.resolve(), ...(signal === undefined ? {} : { signal }) })
    .catch((thrown: unknown) => thrown);
  await underWay.promise;
  const pid = busy(engines).find((candidate) => !before.has(candidate))!;
  return { outcome, pid };
}

function busy(engines: EnginePool): number[] {
  return engines.processes().flatMap(({ pid, task }) => (task === undefined ? [] : [pid]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('an engine pool', () => {
  it('runs a task in another process and passes on its epochs, progress and result', async () => {
    await using engines = pool(1);
    const epochs: EpochReport[] = [];
    const progress: Progress[] = [];
    const result = await engines.run(training('trained.safetensors', 3), {
      onEpoch: (epoch) => epochs.push(epoch),
      onProgress: (report) => progress.push(report),
    });
    expect(result.epochs).toEqual(epochs);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(progress.at(-1)).toMatchObject({ done: 192, total: 192, unit: 'images' });
    expect(existsSync(join(folder, 'trained.safetensors'))).toBe(true);
    expect(engines.processes().map(({ pid }) => pid)).not.toContain(process.pid);
  });

  it('keeps its process for the next task', async () => {
    await using engines = pool(1);
    await engines.run(evaluation('first.logits'));
    const [first] = engines.processes();
    await engines.run(evaluation('second.logits'));
    expect(engines.processes()).toEqual([first]);
  });

  it('works on several tasks at once, and queues the rest', async () => {
    await using engines = pool(2);
    const one = await startEndless(engines, 'one.safetensors');
    const two = await startEndless(engines, 'two.safetensors');
    expect(one.pid).not.toBe(two.pid);
    const queued = engines.run(evaluation('queued.logits'));
    process.kill(one.pid, 'SIGKILL');
    await expect(queued).resolves.toMatchObject({ kind: 'evaluate' });
    expect(isAlive(two.pid)).toBe(true);
  });

  it('loses one job only when an engine is killed, says so, and goes on', async () => {
    await using engines = pool(2);
    const victim = await startEndless(engines, 'victim.safetensors');
    const other = engines.run(training('other.safetensors', 2));
    process.kill(victim.pid, 'SIGKILL');
    const error = await victim.outcome;
    expect(error).toBeInstanceOf(StockpotError);
    expect(error).toMatchObject({
      code: 'engine/crashed',
      kind: 'failure',
      what: expect.stringContaining('SIGKILL'),
      remedy: expect.stringContaining('memory'),
    });
    await expect(other).resolves.toMatchObject({ kind: 'train' });
    await expect(engines.run(training('after.safetensors', 1))).resolves.toMatchObject({ kind: 'train' });
    expect(existsSync(join(folder, 'victim.safetensors'))).toBe(false);
  });

  it('starts a new engine after an idle one was killed', async () => {
    await using engines = pool(1);
    await engines.run(evaluation('idle.logits'));
    const { pid } = engines.processes()[0]!;
    process.kill(pid, 'SIGKILL');
    await expect(engines.run(evaluation('again.logits'))).resolves.toMatchObject({ kind: 'evaluate' });
  });

  it('frees the engine of a task that is cancelled, and only that one', async () => {
    await using engines = pool(2);
    const controller = new AbortController();
    const cancelled = await startEndless(engines, 'cancelled.safetensors', controller.signal);
    const other = await startEndless(engines, 'kept.safetensors');
    controller.abort();
    expect(await cancelled.outcome).toMatchObject({ code: 'job/cancelled', kind: 'cancelled' });
    expect(isAlive(cancelled.pid)).toBe(false);
    expect(isAlive(other.pid)).toBe(true);
    expect(existsSync(join(folder, 'cancelled.safetensors'))).toBe(false);
  });

  it('takes a cancelled task out of the queue without touching the one that runs', async () => {
    await using engines = pool(1);
    const running = await startEndless(engines, 'running.safetensors');
    const controller = new AbortController();
    const queued = engines.run(training('never.safetensors', 1), { signal: controller.signal });
    controller.abort();
    await expect(queued).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(isAlive(running.pid)).toBe(true);
  });

  it('refuses a task whose signal is aborted already', async () => {
    await using engines = pool(1);
    const signal = AbortSignal.abort();
    await expect(engines.run(evaluation('aborted.logits'), { signal })).rejects.toMatchObject({
      code: 'job/cancelled',
    });
    expect(engines.processes()).toEqual([]);
  });

  it('passes on the error of a task and stays usable', async () => {
    await using engines = pool(1);
    const lost = { ...split, folder: join(folder, 'gone') };
    await expect(engines.run({ ...evaluation('lost.logits'), split: lost })).rejects.toMatchObject({
      code: 'data/not-prepared',
      where: lost.folder,
    });
    const [before] = engines.processes();
    await expect(engines.run(evaluation('found.logits'))).resolves.toMatchObject({ kind: 'evaluate' });
    expect(engines.processes()).toEqual([before]);
  });

  it('leaves no process behind when it is disposed of, and rejects what was under way', async () => {
    const engines = pool(1);
    const running = await startEndless(engines, 'disposed.safetensors');
    const queued = engines.run(evaluation('waiting.logits')).catch((thrown: unknown) => thrown);
    await engines.dispose();
    expect(isAlive(running.pid)).toBe(false);
    expect(await running.outcome).toMatchObject({ code: 'job/cancelled' });
    expect(await queued).toMatchObject({ code: 'job/cancelled' });
    await expect(engines.run(evaluation('late.logits'))).rejects.toMatchObject({ code: 'engine/pool-closed' });
  });
});

describe('an engine whose parent is gone', () => {
  it('ends when it has nothing to do', async () => {
    const engine = forkEngine();
    await messageOf(engine, 'ready');
    engine.disconnect();
    expect(await once(engine, 'exit')).toEqual([0, null]);
  });

  it('ends in the middle of its work and leaves no result behind', async () => {
    const engine = forkEngine();
    engine.send({ type: 'run', id: 1, task: training('orphan.safetensors', ENDLESS) });
    await messageOf(engine, 'epoch');
    engine.disconnect();
    expect(await once(engine, 'exit')).toEqual([0, null]);
    expect(existsSync(join(folder, 'orphan.safetensors'))).toBe(false);
  });
});

function forkEngine(): ChildProcess {
  const entry = fileURLToPath(new URL('../../main/engine/entry.ts', import.meta.url));
  return fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
}

function messageOf(engine: ChildProcess, type: EngineMessage['type']): Promise<void> {
  return new Promise((resolve) => {
    engine.on('message', (message) => {
      if ((message as EngineMessage).type === type) resolve();
    });
  });
}

describe('evaluating in an engine', () => {
  it('writes the same logits every time', async () => {
    await using engines = pool(2);
    const result = await engines.run(evaluation('a.logits'));
    await engines.run(evaluation('b.logits'));
    const a = readFileSync(join(folder, 'a.logits'));
    expect(a.length).toBe(64 * CLASSES * 4);
    expect(a.equals(readFileSync(join(folder, 'b.logits')))).toBe(true);
    expect(result.runtimeIdentity).toContain('onnxruntime');
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('agrees between the two runtimes', async () => {
    await using engines = pool(1);
    await engines.run(evaluation('onnx.logits'));
    await engines.run({ ...evaluation('tfjs.logits'), runtime: { runtime: 'tfjs', device: 'wasm' } });
    const [onnx, tfjs] = ['onnx', 'tfjs'].map(
      (name) => new Float32Array(Uint8Array.from(readFileSync(join(folder, `${name}.logits`))).buffer),
    ) as [Float32Array, Float32Array];
    expect(Math.max(...onnx.map((value, i) => Math.abs(value - tfjs[i]!)))).toBeLessThan(1e-5);
  });

  it('evaluates a mixture of one as the checkpoint itself', async () => {
    await using engines = pool(1);
    await engines.run(training('mixed.safetensors', 1));
    const path = join(folder, 'mixed.safetensors');
    const mixture = {
      ingredients: [{ path, sha256: '' }],
      groups: [{ name: 'all', tensors: 'rest', weights: [1] }],
      accumulate: 'f32',
      dtype: 'keep',
    } as const;
    await engines.run({
      ...evaluation('unused'),
      subjects: [
        { weights: { kind: 'checkpoint', path }, logitsPath: join(folder, 'alone.logits') },
        { weights: { kind: 'mixture', mixture }, logitsPath: join(folder, 'mixture.logits') },
      ],
    });
    const [alone, mixed] = ['alone', 'mixture'].map((name) => readFileSync(join(folder, `${name}.logits`)));
    expect(alone!.equals(mixed!)).toBe(true);
  });
});

describe('the default size of a pool', () => {
  it('gives every core an engine, and no core two', () => {
    expect(defaultPoolSize(1)).toEqual({ size: 1, threadsPerEngine: 1 });
    expect(defaultPoolSize(2)).toEqual({ size: 2, threadsPerEngine: 1 });
    expect(defaultPoolSize(64)).toEqual({ size: 8, threadsPerEngine: 8 });
  });
});
