import { StockpotError } from '../errors.ts';
import type { TensorInfo } from './checkpoint.ts';
import { insideFolder } from './inside-folder.ts';
import { SourceFile, truncated } from './source-file.ts';

/** More files than this cannot be open at once on many systems. */
const MOST_FILES = 1000;

const COUNT = /^\d{1,15}$/;

interface Range {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

interface DataFile {
  readonly file: SourceFile;
  readonly ranges: Range[];
}

/** The files beside a model that hold its external data (onnx/docs/ExternalData.md). */
export class ExternalFiles {
  readonly #model: string;
  readonly #files = new Map<string, DataFile>();

  constructor(model: string) {
    this.#model = model;
  }

  get paths(): readonly string[] {
    return [...this.#files.values()].map(({ file }) => file.path);
  }

  /** Of all files together, in bytes. */
  get size(): number {
    return [...this.#files.values()].reduce((sum, { file }) => sum + file.size, 0);
  }

  /** @throws StockpotError `checkpoint/malformed-protobuf`, `checkpoint/outside-folder`, `checkpoint/missing-data-file`, `checkpoint/truncated` */
  opener(
    { name, byteLength }: TensorInfo,
    entries: ReadonlyMap<string, string>,
  ): () => (byteOffset: number, target: Uint8Array) => void {
    const location = entries.get('location');
    if (location === undefined) throw this.#malformed(`the data of '${name}' lies nowhere`);
    const begin = this.#count(name, entries.get('offset') ?? '0');
    const length = this.#count(name, entries.get('length') ?? String(byteLength));
    if (length !== byteLength) {
      throw this.#malformed(`'${name}' has ${length} bytes where its shape asks for ${byteLength}`);
    }
    if (byteLength === 0) return () => () => {};
    const { file, ranges } = this.#open(location);
    const end = begin + length;
    if (end > file.size) throw truncated(file.path, `'${name}' needs ${end} bytes, ${file.size} are there`);
    ranges.push({ name, begin, end });
    return () => (byteOffset, target) => file.read(begin + byteOffset, target);
  }

  /**
   * Tied tensors may be the very same bytes; anything else was made to deceive.
   * @throws StockpotError `checkpoint/overlapping-tensors`
   */
  refuseOverlaps(): void {
    for (const { file, ranges } of this.#files.values()) {
      const inOrder = ranges.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
      for (const [index, range] of inOrder.entries()) {
        const before = inOrder[index - 1];
        if (before === undefined || range.begin >= before.end) continue;
        if (range.begin === before.begin && range.end === before.end) continue;
        throw new StockpotError({
          code: 'checkpoint/overlapping-tensors',
          what: `The data of '${before.name}' and '${range.name}' overlap`,
          where: file.path,
        });
      }
    }
  }

  close(): void {
    for (const { file } of this.#files.values()) file.close();
  }

  #open(location: string): DataFile {
    const known = this.#files.get(location);
    if (known !== undefined) return known;
    if (this.#files.size === MOST_FILES) throw this.#malformed(`its data lies in more than ${MOST_FILES} files`);
    const found = insideFolder(this.#model, location);
    if (found.kind !== 'inside') throw this.#unreachable(found.kind, location);
    const opened = { file: SourceFile.open(found.path), ranges: [] };
    this.#files.set(location, opened);
    return opened;
  }

  #count(name: string, text: string): number {
    if (COUNT.test(text)) return Number(text);
    throw this.#malformed(`the data of '${name}' lies at no offset`);
  }

  #malformed(what: string): StockpotError {
    return new StockpotError({
      code: 'checkpoint/malformed-protobuf',
      what: `The file is garbled: ${what}`,
      where: this.#model,
      remedy: 'Get the file again, or export it again.',
    });
  }

  #unreachable(kind: 'outside' | 'missing', location: string): StockpotError {
    if (kind === 'missing') {
      return new StockpotError({
        code: 'checkpoint/missing-data-file',
        what: `The model's data file '${location}' is missing`,
        where: this.#model,
        remedy: 'Put it beside the model: both were exported together.',
      });
    }
    return new StockpotError({
      code: 'checkpoint/outside-folder',
      what: `The model names a data file outside its folder: '${location}'`,
      where: this.#model,
      remedy: 'Put the data beside the model.',
    });
  }
}
