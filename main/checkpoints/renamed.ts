import { StockpotError } from '../errors.ts';
import type { Checkpoint, TensorInfo } from './checkpoint.ts';

/**
 * A checkpoint's tensors under other names, in the order of `names`. Closing it closes the checkpoint.
 * @param names the file's name by the new one; tensors that are not listed are left out
 * @throws StockpotError `checkpoint/unknown-tensor` for a name that the file does not have
 */
export function renamed(checkpoint: Checkpoint, names: Readonly<Record<string, string>>): Checkpoint {
  const tensors = new Map<string, TensorInfo>();
  for (const [name, inFile] of Object.entries(names)) {
    const info = checkpoint.tensors.get(inFile);
    if (info === undefined) {
      throw new StockpotError({
        code: 'checkpoint/unknown-tensor',
        what: `The file has no tensor '${inFile}', which '${name}' should be`,
        where: checkpoint.path,
      });
    }
    tensors.set(name, { ...info, name });
  }
  return new RenamedCheckpoint(checkpoint, tensors, new Map(Object.entries(names)));
}

class RenamedCheckpoint implements Checkpoint {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly #original: Checkpoint;
  readonly #inFile: ReadonlyMap<string, string>;

  constructor(original: Checkpoint, tensors: ReadonlyMap<string, TensorInfo>, inFile: ReadonlyMap<string, string>) {
    this.tensors = tensors;
    this.#original = original;
    this.#inFile = inFile;
  }

  get path(): string {
    return this.#original.path;
  }

  get format(): Checkpoint['format'] {
    return this.#original.format;
  }

  get files(): readonly string[] {
    return this.#original.files;
  }

  get stateDicts(): Checkpoint['stateDicts'] {
    return this.#original.stateDicts;
  }

  get stateDict(): Checkpoint['stateDict'] {
    return this.#original.stateDict;
  }

  get sharedStorages(): Checkpoint['sharedStorages'] {
    const newNames = Map.groupBy(this.#inFile.keys(), (name) => this.#inFile.get(name)!);
    return this.#original.sharedStorages
      ?.map(({ tensors, tied }) => ({ tensors: tensors.flatMap((name) => newNames.get(name) ?? []), tied }))
      .filter(({ tensors }) => tensors.length > 1);
  }

  get metadata(): Checkpoint['metadata'] {
    return this.#original.metadata;
  }

  get remarks(): readonly string[] {
    return this.#original.remarks;
  }

  read(name: string, byteOffset: number, target: Uint8Array): void {
    // An unknown name goes on as it is: the checkpoint says that it has no such tensor.
    this.#original.read(this.#inFile.get(name) ?? name, byteOffset, target);
  }

  close(): void {
    this.#original.close();
  }
}
