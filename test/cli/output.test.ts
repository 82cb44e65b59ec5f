import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';

const ENTRY = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

/** A checkpoint whose description is longer than any pipe's buffer. */
function wideCheckpoint(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'wide.safetensors');
  const names = Array.from({ length: 5000 }, (_, i) => `some.rather.long.name.of.a.tensor.${i}.weight`);
  const value = { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) } as const;
  writeCheckpoint(path, 'safetensors', new Map(names.map((name) => [name, value])));
  return path;
}

test.runIf(process.platform === 'linux').each([[['--help']], [['inspect', '--json']]])(
  '%j on a full disk fails with a message',
  async (args) => {
    const full = openSync('/dev/full', 'w');
    onTestFinished(() => closeSync(full));
    const files = args[0] === 'inspect' ? [wideCheckpoint()] : [];
    const child = spawn(process.execPath, [ENTRY, ...args, ...files], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => void child.on('close', resolve));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^stockpot: The output cannot be written: ENOSPC.*\n$/);
  },
);

test('a reader that closes its end early is no failure', async () => {
  const child = spawn(process.execPath, [ENTRY, 'inspect', '--tensors', '--no-hash', wideCheckpoint()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => child.stdout.destroy());
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => void child.on('close', resolve));
  expect(stderr).toBe('');
  expect(code).toBe(0);
});
