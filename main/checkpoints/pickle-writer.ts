/** The few opcodes that a state dict needs (CPython's Lib/pickletools.py describes them), protocol 2. */
export class PickleWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;
  readonly #remembered = new Map<string, number>();

  constructor() {
    this.opcodes(0x80, 2);
  }

  /** Opcodes and their one-byte arguments, as they are. */
  opcodes(...codes: readonly number[]): void {
    this.#append(Uint8Array.from(codes));
  }

  mark(): void {
    this.opcodes(0x28);
  }

  /** Everything since the mark, as a tuple. */
  tuple(): void {
    this.opcodes(0x74);
  }

  emptyTuple(): void {
    this.opcodes(0x29);
  }

  /** Calls what lies below the topmost tuple with it. */
  reduce(): void {
    this.opcodes(0x52);
  }

  /** Replaces the topmost value by what it is the persistent id of. */
  persistentId(): void {
    this.opcodes(0x51);
  }

  setItems(): void {
    this.opcodes(0x75);
  }

  /** A class or function by its module and name. */
  global(module: string, name: string): void {
    this.#once(`${module} ${name}`, () => this.#append(new TextEncoder().encode(`c${module}\n${name}\n`)));
  }

  false(): void {
    this.opcodes(0x89);
  }

  integer(value: number): void {
    if (value >= 0 && value <= 0xff) this.opcodes(0x4b, value);
    else if (value >= 0 && value <= 0xffff) this.opcodes(0x4d, value & 0xff, value >> 8);
    else this.#long(value);
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const head = new Uint8Array(5);
    head[0] = 0x58;
    new DataView(head.buffer).setUint32(1, bytes.length, true);
    this.#append(head);
    this.#append(bytes);
  }

  /** A string that occurs often: written once, then referred to. */
  frequentString(text: string): void {
    this.#once(`'${text}`, () => this.string(text));
  }

  finish(): Uint8Array {
    this.opcodes(0x2e);
    return this.#bytes.slice(0, this.#length);
  }

  /** LONG1 with eight bytes: any safe integer. */
  #long(value: number): void {
    const bytes = new Uint8Array(10);
    bytes.set([0x8a, 8]);
    new DataView(bytes.buffer).setBigInt64(2, BigInt(value), true);
    this.#append(bytes);
  }

  #once(key: string, write: () => void): void {
    const index = this.#remembered.get(key);
    if (index !== undefined) {
      this.opcodes(0x68, index);
      return;
    }
    write();
    // One byte of index: more would need another opcode, and nothing here comes near.
    if (this.#remembered.size > 0xff) return;
    this.opcodes(0x71, this.#remembered.size);
    this.#remembered.set(key, this.#remembered.size);
  }

  #append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}
