const KEPT_CHARACTERS = 8192;
const KEPT_LINES = 12;

/**
 * Collects the end of a stream of text, and passes all of it on to this process's own standard error: the last lines that a
 * process wrote explain its death.
 */
export function lastLines(stream: NodeJS.ReadableStream | null): () => readonly string[] {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (more: string) => {
    text = (text + more).slice(-KEPT_CHARACTERS);
    process.stderr.write(more);
  });
  return () =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '')
      .slice(-KEPT_LINES);
}
