/** Things that arrive one by one and are taken in their order by whoever iterates, who waits where there is none yet. */
export class Questions<Question> implements AsyncIterable<Question> {
  readonly #waiting: Question[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  add(question: Question): void {
    this.#waiting.push(question);
    this.#wake?.();
  }

  /** That none will follow; those that wait are still given out. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Question> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
