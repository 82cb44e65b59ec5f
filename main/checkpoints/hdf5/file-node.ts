import { randomUUID } from 'node:crypto';
import type { FileNode, Hdf5Library } from './library.ts';
import type { Hdf5Source } from './source.ts';

/** Emscripten's number for "input/output error". */
const EIO = 29;

const READ_ONLY = 0o444;
const READ_WRITE = 0o666;

interface Watcher {
  /** Sees what is about to be given to the library; may throw. */
  onRead(position: number, bytes: Uint8Array): void;
  /** Hears what reading or writing threw; the library only learns that it failed. */
  onError(thrown: unknown): void;
}

/**
 * Gives the library's file system a file whose bytes are a source's.
 * @returns its path, which nobody can know beforehand: a file cannot refer to itself as to another file
 */
export function mountSource(library: Hdf5Library, source: Hdf5Source, watcher: Watcher): string {
  const path = `/${randomUUID()}`;
  const node = library.FS.create(path, source.write === undefined ? READ_ONLY : READ_WRITE);
  node.usedBytes = source.size;
  const guarded = (work: () => number): number => {
    try {
      return work();
    } catch (thrown) {
      watcher.onError(thrown);
      throw new library.FS.ErrnoError(EIO);
    }
  };
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream: unknown, heap: Int8Array, offset: number, length: number, position: number) =>
      guarded(() => {
        const target = bytesOf(heap, offset, Math.max(0, Math.min(length, node.usedBytes - position)));
        source.read(position, target);
        watcher.onRead(position, target);
        return target.length;
      }),
    write: (_stream: unknown, heap: Int8Array, offset: number, length: number, position: number) =>
      guarded(() => {
        if (source.write === undefined) throw new Error('The file is open for reading only');
        source.write(position, bytesOf(heap, offset, length));
        node.usedBytes = Math.max(node.usedBytes, position + length);
        return length;
      }),
  };
  const { setattr } = node.node_ops;
  node.node_ops = {
    ...node.node_ops,
    // The library sets the length when it closes a file. Emscripten would take memory for all of it.
    setattr: (changed: FileNode, attributes: { readonly size?: number }) => {
      const { size, ...others } = attributes;
      setattr(changed, others);
      if (size === undefined) return;
      guarded(() => {
        source.resize?.(size);
        node.usedBytes = size;
        return size;
      });
    },
  };
  return path;
}

function bytesOf(heap: Int8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
}
