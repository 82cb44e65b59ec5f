import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { json, stockpot } from './stockpot.ts';

interface Report {
  readonly healthy: boolean;
  readonly devices: readonly { readonly runtime: string; readonly device: string; readonly usable: boolean }[];
  readonly workspace: { readonly kind: string };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('what npm ci installs works: ONNX Runtime on the CPU and WebAssembly', async () => {
  const folder = temporaryFolder();
  const outcome = await stockpot(['doctor', '--no-benchmark', '--dir', folder, '--json']);
  expect(outcome.code).toBe(0);
  const report = json<Report>(outcome);
  const usable = report.devices.filter((device) => device.usable).map(({ runtime, device }) => `${runtime} ${device}`);
  expect(usable).toEqual(expect.arrayContaining(['onnx cpu', 'tfjs wasm']));
  expect(report).toMatchObject({ healthy: true, workspace: { kind: 'absent' } });
  expect(readdirSync(folder)).toEqual([]);
});

test('a damaged workspace is named, with exit code 1', async () => {
  const folder = join(temporaryFolder(), 'workspace');
  mkdirSync(folder);
  writeFileSync(join(folder, 'stockpot.db'), 'no database at all, not by any stretch. '.repeat(100));
  const { code, stdout } = await stockpot(['doctor', '--no-benchmark', '--dir', folder]);
  expect(code).toBe(1);
  expect(stdout).toContain('The database is damaged');
});
