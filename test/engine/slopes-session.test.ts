import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArchitecture } from '../../main/architectures/build.ts';
import { initialWeights } from '../../main/architectures/initialize.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import type { SplitRef } from '../../main/data/split.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import { EnginePool } from '../../main/engine/pool.ts';
import type { SlopesQuestion, SlopesTask } from '../../main/engine/protocol.ts';
import { Random } from '../../main/random.ts';
import { makeSplit } from './synthetic-split.ts';

const ARCHITECTURE = { family: 'mlp', inputShape: [1, 6, 6], hidden: [8], classes: 3 } as const;
const TENSORS = buildArchitecture(ARCHITECTURE).parameters.map(({ name }) => name);

let folder: string;
let split: SplitRef;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-slopes-session-'));
  mkdirSync(join(folder, 'cache'));
  const random = new Random(1, 'session');
  const labels = Array.from({ length: 32 }, () => random.integer(3));
  const images = labels.flatMap((label) => Array.from({ length: 36 }, () => label * 60 + random.integer(80)));
  split = await makeSplit(folder, 'data', { images, labels, height: 6, width: 6, classes: 3 });
  for (const i of [0, 1]) writeCheckpoint(pathOf(i), 'safetensors', initialWeights(buildArchitecture(ARCHITECTURE), i));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function pathOf(i: number): string {
  return join(folder, `i${i}.safetensors`);
}

function task(changes: Partial<SlopesTask> = {}): SlopesTask {
  return {
    kind: 'slopes',
    architecture: ARCHITECTURE,
    device: 'wasm',
    ingredients: [0, 1].map((i) => ({ path: pathOf(i), sha256: '' })),
    groups: [{ name: 'all', tensors: TENSORS }],
    fixed: [],
    split,
    keptBytes: 2 ** 20,
    ...changes,
  };
}

const QUESTION = {
  want: 'slopes',
  coefficients: [[0.3, 0.7]],
  rows: [0, 3, 5, 9],
  objective: 'cross-entropy',
  logitScale: 1,
} as const satisfies SlopesQuestion;

function pool(): EnginePool {
  return new EnginePool(createNodeProcessHost(), { size: 1, threadsPerEngine: 1 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a session of questions', () => {
  it('answers in a process of its own, while the pool’s only engine is free for others', async () => {
    await using engines = pool();
    const { session, facts } = await engines.openSlopes(task());
    expect(facts.runtimeIdentity).toContain('wasm');
    const first = await session.ask(QUESTION);
    expect(engines.processes()).toEqual([{ pid: session.pid, task: 'slopes' }]);
    await engines.run({
      kind: 'evaluate',
      architecture: ARCHITECTURE,
      runtime: { runtime: 'onnx', device: 'cpu' },
      split,
      subjects: [{ weights: { kind: 'checkpoint', path: pathOf(0) }, logitsPath: join(folder, 'logits') }],
    });
    expect(await session.ask(QUESTION)).toEqual(first);
    const [score, again] = await Promise.all([session.ask({ ...QUESTION, want: 'score' }), session.ask(QUESTION)]);
    expect(score.want).toBe('score');
    expect(again).toEqual(first);
    await session.close();
    expect(engines.processes().map(({ task: kind }) => kind)).not.toContain('slopes');
  });

  it('rejects what is open and everything later when it is cancelled, with its process gone', async () => {
    await using engines = pool();
    const controller = new AbortController();
    const { session } = await engines.openSlopes(task(), controller.signal);
    const pid = session.pid!;
    const open = session.ask(QUESTION).catch((thrown: unknown) => thrown);
    controller.abort();
    expect(await open).toMatchObject({ code: 'job/cancelled', kind: 'cancelled' });
    expect(isAlive(pid)).toBe(false);
    await expect(session.ask(QUESTION)).rejects.toMatchObject({ code: 'job/cancelled' });
    await session.close();
  });

  it('says so when its process dies', async () => {
    await using engines = pool();
    const { session } = await engines.openSlopes(task());
    const open = session.ask(QUESTION).catch((thrown: unknown) => thrown);
    process.kill(session.pid!, 'SIGKILL');
    expect(await open).toMatchObject({ code: 'engine/crashed', what: expect.stringContaining('SIGKILL') });
    await expect(session.ask(QUESTION)).rejects.toMatchObject({ code: 'engine/crashed' });
    await session.close();
  });

  it('passes on what the task throws, on opening and later', async () => {
    await using engines = pool();
    const missing = task({ ingredients: [{ path: join(folder, 'gone.safetensors'), sha256: '' }] });
    await expect(engines.openSlopes(missing)).rejects.toMatchObject({ code: 'checkpoint/not-found' });
    const { session } = await engines.openSlopes(task());
    await expect(session.ask({ ...QUESTION, coefficients: [[0, 0]] })).rejects.toMatchObject({
      code: 'mix/all-weights-zero',
    });
    await session.close();
    expect(engines.processes()).toEqual([]);
  });

  it('refuses to open when the signal is aborted already, and leaves no process when the pool is disposed of', async () => {
    const engines = pool();
    await expect(engines.openSlopes(task(), AbortSignal.abort())).rejects.toMatchObject({ code: 'job/cancelled' });
    const { session } = await engines.openSlopes(task());
    const pid = session.pid!;
    await engines.dispose();
    expect(isAlive(pid)).toBe(false);
    await expect(engines.openSlopes(task())).rejects.toMatchObject({ code: 'engine/pool-closed' });
  });
});
