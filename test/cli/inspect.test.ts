import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromFloats } from '../../main/checkpoints/convert.ts';
import { writeCheckpoint } from '../../main/checkpoints/write-checkpoint.ts';
import { fixture } from '../checkpoints/fixtures.ts';

const stockpot = fileURLToPath(new URL('../../main/cli/stockpot.mjs', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-inspect-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function inspect(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [stockpot, 'inspect', ...args], { encoding: 'utf8' });
}

describe('stockpot inspect', () => {
  it('says what a checkpoint holds', () => {
    const { status, stdout, stderr } = inspect(fixture('state-dict.pt'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('pytorch-zip');
    expect(stdout).toContain('9 (8 F32, 1 I64)');
    expect(stdout).toMatch(/parameters\s+51, and 4 running statistics/);
    expect(stdout).toMatch(/sha256\s+[0-9a-f]{64}/);
    expect(stdout).toMatch(/warning\s+2 tensors are all zero: 1\.bias, 1\.running_mean/);
  });

  it('describes the state dict that was chosen, and tied weights', () => {
    const { stdout } = inspect('--json', '--state-dict', 'ema.state_dict', fixture('pytorch/average.pt'));
    const { checkpoints } = JSON.parse(stdout) as { checkpoints: readonly Record<string, unknown>[] };
    expect(checkpoints[0]).toMatchObject({ stateDict: 'ema.state_dict', tensorCount: 2 });
    expect(checkpoints[0]!.stateDicts).toHaveLength(2);
    expect(inspect(fixture('pytorch/tied.pt')).stdout).toMatch(/tied\s+embed, head/);
    const missing = inspect('--state-dict', 'nowhere', fixture('pytorch/average.pt'));
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain("'ema.state_dict': 2 tensors");
  });

  it('lists tensors when asked, and leaves the hash out', () => {
    const { status, stdout } = inspect('--tensors', '--no-hash', fixture('shapes.safetensors'));
    expect(status).toBe(0);
    expect(stdout).not.toContain('sha256');
    expect(stdout).toMatch(/^ {2}scalar +F32 +scalar +2\.5 +2\.5 +2\.5$/m);
    expect(stdout).toMatch(/^ {2}deep +F32 +1 × 2 × 1 × 3 × 4 × 1 +0 +23 +11\.5$/m);
  });

  it('warns of values that are not finite, and shows control characters in names', () => {
    const path = join(folder, 'broken.safetensors');
    const values = fromFloats('F16', [Number.NaN, 1, Number.POSITIVE_INFINITY, Number.NaN]);
    writeCheckpoint(path, 'safetensors', new Map([['a\x1b[31mb', { dtype: 'F16', shape: [4], bytes: values }]]));
    const { status, stdout } = inspect(path);
    expect(status).toBe(0);
    expect(stdout).toContain('a\\u{1b}[31mb holds 2 NaN');
    expect(stdout).toContain('a\\u{1b}[31mb holds 1 infinite values');
    expect(stdout).not.toContain('\x1b');
  });

  it('gives everything as JSON, bad files included', () => {
    const { status, stdout } = inspect('--json', fixture('types.safetensors'), fixture('hostile-os-system.pt'));
    expect(status).toBe(2);
    const { checkpoints } = JSON.parse(stdout) as { checkpoints: readonly Record<string, unknown>[] };
    expect(checkpoints[0]).toMatchObject({ format: 'safetensors', tensorCount: 15, metadata: { format: 'pt' } });
    expect(checkpoints[1]).toMatchObject({ error: { code: 'checkpoint/unsafe-pickle', kind: 'input' } });
  });

  it('shows the good files and names the bad ones', () => {
    const { status, stdout, stderr } = inspect(fixture('complex.pt'), fixture('types.pt'), join(folder, 'nowhere.pt'));
    expect(status).toBe(2);
    expect(stdout).toContain('pytorch-zip');
    expect(stderr).toContain('2 of 3 files cannot be read');
    expect(stderr).toContain('complex.pt');
    expect(stderr).toContain('no such file');
  });

  it.each([
    ['empty', (path: string) => writeFileSync(path, ''), 'empty'],
    ['cut off', (path: string) => writeFileSync(path, Buffer.from('PK\x03\x04 and so on', 'latin1')), 'incomplete'],
    ['mislabelled', (path: string) => copyFileSync(fixture('types.safetensors'), path), 'a safetensors file'],
    ['hostile', (path: string) => copyFileSync(fixture('hostile-os-system.pt'), path), 'posix.system'],
  ])('ends with code 2 and one clear message for a file that is %s, and writes nothing', (_, make, words) => {
    const own = mkdtempSync(join(folder, 'bad-'));
    make(join(own, 'bad.pt'));
    const { status, stdout, stderr } = inspect(join(own, 'bad.pt'));
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(own)).toEqual(['bad.pt']);
  });

  it('needs a file', () => {
    expect(inspect().status).toBe(2);
  });
});
