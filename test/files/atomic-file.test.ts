import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StockpotError } from '../../main/errors.ts';
import { AtomicFile, writeFileAtomically } from '../../main/files/atomic-file.ts';
import { writeFolderAtomically } from '../../main/files/atomic-folder.ts';
import { isPartialName, removePartials } from '../../main/files/partial-names.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockpot-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof StockpotError) return thrown.code;
    throw thrown;
  }
  return 'no error';
}

/** The id of a process that has certainly ended. */
function deadProcessId(): number {
  return Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
}

describe('an atomic file', () => {
  it('appears only when it is committed', () => {
    const path = join(folder, 'soup.bin');
    writeFileSync(path, 'old');
    const file = AtomicFile.create(path, 4);
    file.write(new Uint8Array([3, 4]), 2);
    file.write(new Uint8Array([1, 2]), 0);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter(isPartialName)).toHaveLength(1);
    file.commit();
    expect([...readFileSync(path)]).toEqual([1, 2, 3, 4]);
    expect(readdirSync(folder)).toEqual(['soup.bin']);
  });

  it('leaves the old file alone when it is abandoned', () => {
    const path = join(folder, 'soup.bin');
    writeFileSync(path, 'old');
    const file = AtomicFile.create(path);
    file.write(new Uint8Array(10), 0);
    file.abandon();
    file.abandon();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['soup.bin']);
  });

  it('has the size that was asked for, also where nothing was written', () => {
    const path = join(folder, 'sparse.bin');
    AtomicFile.create(path, 1000).commit();
    expect(readFileSync(path)).toHaveLength(1000);
  });

  it('refuses at once what the disk cannot hold', () => {
    expect(codeOf(() => AtomicFile.create(join(folder, 'huge'), Number.MAX_SAFE_INTEGER))).toBe('file/disk-full');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a missing folder, a folder in the way and a device', () => {
    mkdirSync(join(folder, 'taken'));
    expect(codeOf(() => writeFileAtomically(join(folder, 'no', 'such'), 'x'))).toBe('file/not-found');
    expect(codeOf(() => writeFileAtomically(join(folder, 'taken'), 'x'))).toBe('file/not-a-file');
    expect(codeOf(() => writeFileAtomically(join(folder, 'x'.repeat(300)), 'x'))).toBe('file/bad-name');
    if (process.platform !== 'win32')
      expect(codeOf(() => writeFileAtomically('/dev/null', 'x'))).toBe('file/not-a-file');
  });

  it('is deleted when the process exits before committing', () => {
    const script = join(folder, 'leaver.mjs');
    const module = new URL('../../main/files/atomic-file.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { AtomicFile } from ${JSON.stringify(module)};
      AtomicFile.create(${JSON.stringify(join(folder, 'never'))}, 10);
      process.exit(3);`,
    );
    expect(() => execFileSync(process.execPath, [script], { stdio: 'ignore' })).toThrow();
    expect(readdirSync(folder)).toEqual(['leaver.mjs']);
  });
});

describe('leftovers', () => {
  it('of dead processes are deleted, those of running ones are kept', () => {
    const dead = deadProcessId();
    writeFileSync(join(folder, `a.pt.stockpot-partial-${dead}-1`), 'x');
    mkdirSync(join(folder, `cache.stockpot-partial-${dead}-2`));
    writeFileSync(join(folder, `cache.stockpot-partial-${dead}-2`, 'inner'), 'x');
    writeFileSync(join(folder, `b.pt.stockpot-partial-${process.ppid}-1`), 'x');
    const own = AtomicFile.create(join(folder, 'c.pt'));
    writeFileSync(join(folder, 'plain.pt'), 'x');
    expect([...removePartials(folder)].sort()).toEqual([
      `a.pt.stockpot-partial-${dead}-1`,
      `cache.stockpot-partial-${dead}-2`,
    ]);
    expect(readdirSync(folder)).toHaveLength(3);
    own.abandon();
  });

  it('of a namesake that ran before this process are deleted', () => {
    const path = join(folder, `a.pt.stockpot-partial-${process.pid}-999999`);
    writeFileSync(path, 'x');
    utimesSync(path, new Date(2020, 1), new Date(2020, 1));
    expect(removePartials(folder)).toHaveLength(1);
  });

  it('of the same name are deleted when the file is written again', () => {
    writeFileSync(join(folder, `a.pt.stockpot-partial-${deadProcessId()}-1`), 'x');
    writeFileAtomically(join(folder, 'a.pt'), 'done');
    expect(readdirSync(folder)).toEqual(['a.pt']);
  });

  it('in a folder that is not there are none', () => {
    expect(removePartials(join(folder, 'nowhere'))).toEqual([]);
  });
});

describe('an atomic folder', () => {
  it('appears complete, with the parents it needs', async () => {
    const path = join(folder, 'cache', 'abc');
    const outcome = await writeFolderAtomically(path, async (temporary) => {
      mkdirSync(join(temporary, 'deep'));
      writeFileSync(join(temporary, 'deep', 'data'), 'x');
    });
    expect(outcome).toBe('written');
    expect(readFileSync(join(path, 'deep', 'data'), 'utf8')).toBe('x');
    expect(readdirSync(join(folder, 'cache'))).toEqual(['abc']);
  });

  it('leaves nothing behind when filling it fails', async () => {
    const filling = writeFolderAtomically(join(folder, 'abc'), async (temporary) => {
      writeFileSync(join(temporary, 'data'), 'x');
      throw new Error('no more');
    });
    await expect(filling).rejects.toThrow('no more');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('fails with a typed error when the system refuses what fills it', async () => {
    const filling = writeFolderAtomically(join(folder, 'abc'), async (temporary) => {
      writeFileSync(join(temporary, 'no', 'such', 'folder'), 'x');
    });
    await expect(filling).rejects.toMatchObject({ code: 'file/not-found' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the first of two that are filled at once', async () => {
    const path = join(folder, 'abc');
    const outcome = await writeFolderAtomically(path, async (temporary) => {
      writeFileSync(join(temporary, 'data'), 'second');
      await writeFolderAtomically(path, async (other) => writeFileSync(join(other, 'data'), 'first'));
    });
    expect(outcome).toBe('already-there');
    expect(readFileSync(join(path, 'data'), 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['abc']);
  });

  it('that exists is not filled again', async () => {
    mkdirSync(join(folder, 'abc'));
    const outcome = await writeFolderAtomically(join(folder, 'abc'), async () => {
      throw new Error('filled again');
    });
    expect(outcome).toBe('already-there');
  });
});

describe('many files at once', () => {
  const paths = (): readonly string[] => ['a', 'b', 'c'].map((name) => join(folder, name));

  function written(): readonly AtomicFile[] {
    return paths().map((path) => {
      const file = AtomicFile.create(path, 3);
      file.write(Buffer.from('new'), 0);
      return file;
    });
  }

  it('appear when they are committed, and nothing else is left', async () => {
    const files = written();
    expect(readdirSync(folder).filter((name) => !isPartialName(name))).toEqual([]);
    await AtomicFile.commitAll(files);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'c']);
    expect(paths().map((path) => readFileSync(path, 'utf8'))).toEqual(['new', 'new', 'new']);
  });

  it('leave nothing half-written behind when one of them cannot have its name', async () => {
    const files = written();
    mkdirSync(join(folder, 'b'));
    await expect(AtomicFile.commitAll(files)).rejects.toBeInstanceOf(StockpotError);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });
});
