import { type ErrorFacts, StockpotError } from '../errors.ts';

/** The operating system's error code (`ENOSPC`, …) of anything thrown by `node:fs`, or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return undefined;
}

type Explanation = Pick<ErrorFacts, 'code' | 'kind' | 'what'> & { readonly remedy?: string };

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOSPC: {
    code: 'file/disk-full',
    kind: 'failure',
    what: 'The disk is full',
    remedy: 'Free some space and try again; what was there before is untouched.',
  },
  EDQUOT: {
    code: 'file/disk-full',
    kind: 'failure',
    what: 'The disk quota is used up',
    remedy: 'Free some space and try again; what was there before is untouched.',
  },
  EFBIG: {
    code: 'file/too-large',
    kind: 'failure',
    what: 'The file would be larger than the file system or a limit allows',
  },
  EACCES: {
    code: 'file/permission',
    kind: 'input',
    what: 'Access is not permitted',
    remedy: 'Check the permissions of the file and its folder, or choose another place.',
  },
  EPERM: {
    code: 'file/permission',
    kind: 'input',
    what: 'Access is not permitted',
    remedy: 'Check the permissions of the file and its folder, or choose another place.',
  },
  EROFS: {
    code: 'file/permission',
    kind: 'input',
    what: 'The file system is read-only',
    remedy: 'Choose another place.',
  },
  ENOENT: { code: 'file/not-found', kind: 'input', what: 'There is no such file or folder' },
  ENOTDIR: { code: 'file/not-found', kind: 'input', what: 'A part of the path is not a folder' },
  EEXIST: {
    code: 'file/exists',
    kind: 'input',
    what: 'A file of this name is in the way',
    remedy: 'Choose another place.',
  },
  EISDIR: { code: 'file/not-a-file', kind: 'input', what: 'A file was expected here, but this is a folder' },
  ENAMETOOLONG: { code: 'file/bad-name', kind: 'input', what: 'The file name is too long' },
  EMFILE: { code: 'file/too-many-open', kind: 'failure', what: 'Too many files are open at once' },
  ENFILE: { code: 'file/too-many-open', kind: 'failure', what: 'Too many files are open at once' },
};

/** A typed error for anything thrown by `node:fs`; typed errors pass through unchanged. */
export function fileError(thrown: unknown, path: string): StockpotError {
  if (thrown instanceof StockpotError) return thrown;
  const explanation = EXPLANATIONS[systemCode(thrown) ?? ''];
  if (explanation !== undefined) return new StockpotError({ ...explanation, where: path, cause: thrown });
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return new StockpotError({ code: 'file/io', kind: 'failure', what, where: path, cause: thrown });
}

/** True for what `node:fs` throws when the operating system refuses. */
export function isSystemError(thrown: unknown): boolean {
  return systemCode(thrown) !== undefined && thrown instanceof Error && 'syscall' in thrown;
}

/** Runs `work`, turning whatever `node:fs` throws about `path` into a typed error. */
export function withFileErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw fileError(thrown, path);
  }
}
