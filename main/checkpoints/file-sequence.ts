import { SourceFile, truncated } from './source-file.ts';

interface Part {
  readonly path: string;
  /** Where it begins in the sequence. */
  readonly begin: number;
  readonly size: number;
}

/** Files read as one, the next beginning where the one before ends. Only the one that was read last is open. */
export class FileSequence {
  readonly size: number;
  readonly #parts: readonly Part[];
  #file: SourceFile | undefined;

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.size = parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws StockpotError as `SourceFile.open` */
  static open(paths: readonly string[]): FileSequence {
    let begin = 0;
    const parts = paths.map((path) => {
      const file = SourceFile.open(path);
      file.close();
      const part = { path: file.path, begin, size: file.size };
      begin += file.size;
      return part;
    });
    return new FileSequence(parts);
  }

  get paths(): readonly string[] {
    return this.#parts.map(({ path }) => path);
  }

  /**
   * Fills `target` from `position` on.
   * @throws StockpotError `checkpoint/truncated`, `checkpoint/io`
   */
  read(position: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const at = position + done;
      const part = this.#parts.find(({ begin, size }) => at >= begin && at < begin + size);
      if (part === undefined) throw truncated(this.#parts.at(-1)?.path ?? '', `byte ${at} was expected`);
      const piece = target.subarray(done, done + part.begin + part.size - at);
      this.#open(part).read(at - part.begin, piece);
      done += piece.length;
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #open({ path }: Part): SourceFile {
    if (this.#file?.path === path) return this.#file;
    this.close();
    this.#file = SourceFile.open(path);
    return this.#file;
  }
}
