import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../main/random.ts';
import { mutate } from './mutate.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { FIXTURES, type Subject } from './subjects.ts';
import { storedRecords, type ZipRecord } from './zip-records.ts';

/** Formats whose every record has a checksum: what is read from them unmended is what was written. */
const CHECKED: ReadonlySet<string> = new Set(['pytorch-zip', 'torchscript', 'numpy-archive', 'keras-v3']);

/** What became of one damaged file. */
export interface Trial {
  readonly outcome: Outcome['kind'];
  readonly milliseconds: number;
  /** A defect, in words. */
  readonly finding?: string;
}

interface Original {
  readonly bytes: Buffer;
  readonly records: readonly ZipRecord[];
}

/** Damages the fixtures of a format in a folder of its own, one file at a time. */
export class Fuzzer {
  readonly #folder: string;
  readonly #subjects: readonly Subject[];
  readonly #format: string;
  readonly #originals = new Map<string, Original>();
  readonly #intact = new Map<string, string>();

  private constructor(folder: string, format: string, subjects: readonly Subject[]) {
    this.#folder = folder;
    this.#format = format;
    this.#subjects = subjects;
  }

  /**
   * Copies the fixtures into `folder`, which must be empty.
   * @param subjects all of the format
   */
  static async create(folder: string, format: string, subjects: readonly Subject[]): Promise<Fuzzer> {
    cpSync(FIXTURES, folder, { recursive: true });
    const fuzzer = new Fuzzer(folder, format, subjects);
    if (!CHECKED.has(format)) return fuzzer;
    for (const { path } of subjects) {
      const outcome = await outcomeOf(join(folder, path));
      if (outcome.kind === 'read') fuzzer.#intact.set(path, outcome.content);
    }
    return fuzzer;
  }

  /** The damaged file of a number: always the same one. */
  async trial(number: number): Promise<Trial> {
    const random = new Random(number, 'fuzz', this.#format);
    const subject = pick(this.#subjects, random);
    const file = pick(subject.files, random);
    const path = join(this.#folder, file);
    const { bytes: whole, records } = this.#original(file);
    const { bytes: donor } = this.#original(pick(this.#subjects, random).path);
    const { bytes, mended } = mutate(whole, records, donor, random);
    writeFileSync(path, bytes);
    const started = performance.now();
    try {
      const outcome = await outcomeOf(join(this.#folder, subject.path));
      const milliseconds = performance.now() - started;
      const changed = outcome.kind === 'read' && !mended && this.#isChanged(subject.path, outcome.content);
      const finding = `${file}: read, and its tensors differ from those written in spite of checksums`;
      return { outcome: outcome.kind, milliseconds, ...(changed ? { finding } : {}) };
    } catch (thrown) {
      const finding = `${file}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`;
      return { outcome: 'refused', milliseconds: performance.now() - started, finding };
    } finally {
      writeFileSync(path, whole);
    }
  }

  #original(file: string): Original {
    const known = this.#originals.get(file);
    if (known !== undefined) return known;
    const bytes = readFileSync(join(FIXTURES, file));
    const original = { bytes, records: storedRecords(bytes) };
    this.#originals.set(file, original);
    return original;
  }

  #isChanged(path: string, content: string): boolean {
    const intact = this.#intact.get(path);
    return intact !== undefined && intact !== content;
  }
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random.integer(items.length)]!;
}
