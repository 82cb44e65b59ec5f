import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A Python script of this folder that greets with a line and then answers each line it is sent by one of its own. */
export class PythonPeer implements Disposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @param python an interpreter that has what the script imports */
  static async start(script: string, args: readonly string[], python: string): Promise<PythonPeer> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = spawn(python, [path, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return new PythonPeer(child);
  }

  async nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The Python peer ended before it answered');
    return value;
  }

  async ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    return this.nextLine();
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
