import { StockpotError } from '../errors.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  SIGKILL:
    'Something ended it from outside, most often the system because memory ran out: close other programs, use fewer engines, or use a smaller batch.',
  SIGSEGV: 'A native library failed: try the other runtime or device, and see "stockpot doctor".',
  SIGBUS: 'A native library failed, or the disk is full: check the free space, or try the other runtime or device.',
  SIGILL: 'This processor lacks an instruction that a native library needs: try the other runtime or device.',
  SIGABRT: 'A native library gave up: try the other runtime or device, and see "stockpot doctor".',
};

const OUT_OF_MEMORY = /out of memory|OOM when allocating|bad_alloc|Cannot allocate memory/i;

/** How an engine ended, as an `engine/crashed` error that says what can be done about it. */
export function crashError(
  code: number | null,
  signal: string | null,
  errorOutput: readonly string[],
  started: boolean,
): StockpotError {
  const how =
    signal !== null ? `was ended by ${signal}` : code === null ? 'could not be started' : `ended with code ${code}`;
  return new StockpotError({
    code: 'engine/crashed',
    kind: 'failure',
    what: started
      ? `The engine process ${how} in the middle of its work`
      : `The engine process ${how} before its work began`,
    remedy: remedyFor(signal, errorOutput),
    details: errorOutput.filter((line) => !/^\s+at /.test(line)),
  });
}

function remedyFor(signal: string | null, errorOutput: readonly string[]): string {
  if (errorOutput.some((line) => OUT_OF_MEMORY.test(line))) {
    return 'Memory ran out: use a smaller batch, fewer engines, or a smaller architecture.';
  }
  const known = signal === null ? undefined : REMEDIES[signal];
  return known ?? 'Try again; if it happens again, see "stockpot doctor".';
}
