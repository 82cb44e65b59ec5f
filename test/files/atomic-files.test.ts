import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AtomicFiles } from '../../main/files/atomic-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

function begin(): AtomicFiles {
  const files = AtomicFiles.create(folder, [
    { name: 'part', size: 4 },
    { name: 'index', size: 5 },
  ]);
  files.write(0, text('data'), 0);
  files.write(1, text('index'), 0);
  return files;
}

describe('files that belong together', () => {
  it('appear together', () => {
    const files = begin();
    expect(existsSync(join(folder, 'part'))).toBe(false);
    files.commit();
    expect([read('part'), read('index')]).toEqual(['data', 'index']);
    expect(readdirSync(folder).toSorted()).toEqual(['index', 'part']);
  });

  it('replace older ones', () => {
    writeFileSync(join(folder, 'index'), 'an older one');
    begin().commit();
    expect(read('index')).toBe('index');
  });

  it('take away what is superseded, and nothing else', () => {
    for (const name of ['part', 'index', 'old part', 'bystander']) writeFileSync(join(folder, name), 'an older one');
    begin().commit([join(folder, 'old part')]);
    expect(readdirSync(folder).toSorted()).toEqual(['bystander', 'index', 'part']);
    expect([read('part'), read('index'), read('bystander')]).toEqual(['data', 'index', 'an older one']);
  });

  it('leave what was there when they are given up', () => {
    writeFileSync(join(folder, 'index'), 'an older one');
    const files = begin();
    files.abandon();
    expect(read('index')).toBe('an older one');
    expect(readdirSync(folder)).toEqual(['index']);
  });

  it('leave nothing when one of them cannot be made', () => {
    const impossible = [
      { name: 'part', size: 4 },
      { name: 'no such folder/index', size: 5 },
    ];
    expect(() => AtomicFiles.create(folder, impossible)).toThrow(expect.objectContaining({ code: 'file/not-found' }));
    expect(readdirSync(folder)).toEqual([]);
  });
});
