import { describe, expect, it } from 'vitest';
import { crashError } from '../../main/engine/crash.ts';

describe('the explanation of a crash', () => {
  it('names the signal and blames memory for a kill from outside', () => {
    const error = crashError(null, 'SIGKILL', [], true);
    expect(error).toMatchObject({ code: 'engine/crashed', kind: 'failure' });
    expect(error.what).toContain('SIGKILL');
    expect(error.remedy).toContain('memory');
  });

  it('recognises memory that ran out from what was written, whatever the exit code', () => {
    const lines = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'];
    for (const [code, signal] of [
      [134, null],
      [null, 'SIGABRT'],
    ] as const) {
      expect(crashError(code, signal, lines, true).remedy).toContain('smaller batch');
    }
  });

  it('shows the last lines that were written, but no stack trace', () => {
    const lines = ['Error: something broke', '    at run (file:///somewhere.ts:1:2)'];
    expect(crashError(1, null, lines, true).details).toEqual(['Error: something broke']);
  });

  it('tells a process that never started from one that ended in the middle of its work', () => {
    expect(crashError(null, null, ['spawn ENOENT'], false).what).toContain('could not be started');
    expect(crashError(3, null, [], false).what).toContain('before its work began');
    expect(crashError(3, null, [], true).what).toContain('in the middle');
  });

  it('always says what to do', () => {
    for (const signal of [null, 'SIGKILL', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGABRT', 'SIGTERM']) {
      expect(crashError(1, signal, [], true).remedy).toMatch(/\S/);
    }
  });
});
