/** Bytes from a beginning to an end, a piece at a time. A piece is only valid until the next one is asked for. */
export type Pieces = Generator<Uint8Array, void>;

/**
 * Reads at any offset what can only be produced from its beginning on, such as inflated bytes. Reading on costs nothing beyond
 * producing the bytes; reading back starts again from the beginning.
 */
export class ForwardReader {
  readonly #start: () => Pieces;
  readonly #onShort: (at: number) => Error;
  #pieces: Pieces | undefined;
  #piece = new Uint8Array();
  /** Where the piece begins. */
  #offset = 0;

  /** @param onShort makes the error for bytes that never came: the argument says how many did */
  constructor(start: () => Pieces, onShort: (at: number) => Error) {
    this.#start = start;
    this.#onShort = onShort;
  }

  read(byteOffset: number, target: Uint8Array): void {
    if (this.#pieces === undefined || byteOffset < this.#offset) this.#restart();
    let done = 0;
    while (done < target.length) {
      const skipped = byteOffset + done - this.#offset;
      if (skipped >= this.#piece.length) {
        this.#advance();
        continue;
      }
      const part = this.#piece.subarray(skipped, skipped + target.length - done);
      target.set(part, done);
      done += part.length;
    }
  }

  #restart(): void {
    this.#pieces = this.#start();
    this.#piece = new Uint8Array();
    this.#offset = 0;
  }

  #advance(): void {
    this.#offset += this.#piece.length;
    const next = this.#pieces!.next();
    if (next.done === true) throw this.#onShort(this.#offset);
    this.#piece = next.value as Uint8Array<ArrayBuffer>;
  }
}
