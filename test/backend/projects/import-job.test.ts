import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Backend, createBackend } from '../../../main/backend/backend.ts';
import type { JobContext } from '../../../main/backend/jobs/job-kind.ts';
import { importProjectKind } from '../../../main/backend/projects/jobs.ts';
import { SAMPLE_FILE } from '../../../main/backend/projects/sample.ts';
import { createNodeProcessHost } from '../../../main/engine/node-process-host.ts';
import type { JobResult } from '../../../preload/contract/jobs.ts';

async function openBackend(): Promise<Backend> {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-import-job-'));
  const backend = await createBackend({ workspaceFolder: folder, processHost: createNodeProcessHost() });
  onTestFinished(async () => {
    await backend.close();
    rmSync(folder, { recursive: true });
  });
  return backend;
}

const context = (expected: JobResult | null, expect: JobContext['expect']): JobContext => ({
  signal: new AbortController().signal,
  onProgress: () => {},
  send: () => {},
  expect,
  expected,
});

test('an import that had put the project into the database is not done twice when it is resumed', async () => {
  const backend = await openBackend();
  const kind = importProjectKind(backend);
  const foreseen: JobResult[] = [];
  const first = await kind.perform(
    { path: SAMPLE_FILE },
    context(null, (result) => foreseen.push(result)),
  );
  expect(foreseen).toEqual([first]);
  // The process died before the job was marked as done: what it had said about its outcome is all that is left of it.
  const second = await kind.perform(
    { path: SAMPLE_FILE },
    context(foreseen[0]!, () => {}),
  );
  expect(second).toEqual(first);
  expect(backend.projects.summaries()).toHaveLength(1);
});

test('the project and the news of it are written together or not at all', async () => {
  const backend = await openBackend();
  const kind = importProjectKind(backend);
  const dying = context(null, () => {
    throw new Error('the process dies here');
  });
  await expect(kind.perform({ path: SAMPLE_FILE }, dying)).rejects.toThrow('dies here');
  expect(backend.projects.summaries()).toHaveLength(0);
  await kind.perform(
    { path: SAMPLE_FILE },
    context({ kind: 'project', projectId: 1 }, () => {}),
  );
  expect(backend.projects.summaries()).toHaveLength(1);
});
