/**
 * Joins callbacks to an async generator: `work` sends events whenever it likes, whoever iterates gets them in order, and
 * the generator returns what `work` returns or throws what it throws. When the consumer stops early, `stop` is called and
 * the work awaited, so that nothing goes on behind its back.
 */
export async function* streamEvents<Event, Result>(
  work: (send: (event: Event) => void) => Promise<Result>,
  stop: () => void,
): AsyncGenerator<Event, Result> {
  const waiting: Event[] = [];
  let wake: () => void = () => {};
  let finished = false;
  const outcome = work((event) => {
    waiting.push(event);
    wake();
  }).finally(() => {
    finished = true;
    wake();
  });
  // The outcome is awaited at the end; until then a failure must not count as unhandled.
  outcome.catch(() => {});
  let consumed = false;
  try {
    for (;;) {
      for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event;
      if (finished) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (finished || waiting.length > 0) resolve();
      });
    }
    consumed = true;
    return await outcome;
  } finally {
    if (!consumed) {
      stop();
      await outcome.catch(() => {});
    }
  }
}
