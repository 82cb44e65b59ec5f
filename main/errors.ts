/** What went wrong in the eyes of the caller: `input` can be mended by the user, `failure` cannot, `cancelled` was asked for. */
export type ErrorKind = 'input' | 'failure' | 'cancelled';

/** `room/what`, kebab-case and stable: tests, the API and `--json` rely on it. Example: `checkpoint/truncated`. */
export type ErrorCode = `${string}/${string}`;

export interface ErrorFacts {
  readonly code: ErrorCode;
  /** One sentence that says what is wrong, without a full stop at the end. */
  readonly what: string;
  /** The file, tensor, option or line concerned. */
  readonly where?: string;
  /** What the user can do about it. */
  readonly remedy?: string;
  /** Itemised findings, such as the names of every missing tensor. */
  readonly details?: readonly string[];
  readonly kind?: ErrorKind;
  readonly cause?: unknown;
}

/** The one error type that crosses a room's wall. It serialises to plain data and back (see `toFacts`, `fromFacts`). */
export class StockpotError extends Error {
  override readonly name = 'StockpotError';
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly what: string;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
  readonly details: readonly string[];

  constructor(facts: ErrorFacts) {
    const place = facts.where === undefined ? '' : ` (${facts.where})`;
    super(`${facts.what}${place}`, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.kind = facts.kind ?? 'input';
    this.what = facts.what;
    this.where = facts.where;
    this.remedy = facts.remedy;
    this.details = facts.details ?? [];
  }

  /** Plain data that survives a process boundary. */
  toFacts(): ErrorFacts {
    return {
      code: this.code,
      kind: this.kind,
      what: this.what,
      details: this.details,
      ...(this.where === undefined ? {} : { where: this.where }),
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
    };
  }
}

/** Anything thrown, as facts: a typed error keeps its own, everything else becomes an `internal/unexpected` failure. */
export function factsOf(thrown: unknown): ErrorFacts {
  if (isStockpotError(thrown)) return thrown.toFacts();
  if (thrown instanceof DOMException && thrown.name === 'AbortError') return cancelled().toFacts();
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal/unexpected', kind: 'failure', what };
}

/** Also one from another copy of this module, as the built service has it. */
function isStockpotError(thrown: unknown): thrown is StockpotError {
  return (
    thrown instanceof StockpotError ||
    (thrown instanceof Error && thrown.name === 'StockpotError' && 'toFacts' in thrown)
  );
}

export function cancelled(): StockpotError {
  return new StockpotError({ code: 'job/cancelled', kind: 'cancelled', what: 'The work was cancelled' });
}

/** Throws the `job/cancelled` error once `signal` is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}

/** Exhaustiveness check for discriminated unions. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
