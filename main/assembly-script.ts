import { readFileSync } from 'node:fs';

/** The part of `assemblyscript/asc` that is used. Its own types would replace Node's `console` in every file by the compiler's. */
interface Compiler {
  main(
    options: readonly string[],
    files: {
      readonly readFile: (name: string) => string | null;
      readonly writeFile: (name: string, content: string | Uint8Array) => void;
      readonly listFiles: () => readonly string[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

const COMPILER: string = 'assemblyscript/asc';
const OUTPUT = 'kernels.wasm';

/**
 * Compiles `index.ts` in the folder `sources` with the AssemblyScript compiler; the same sources, options and compiler give the
 * same bytes.
 * @throws Error with the compiler's output when it does not compile
 */
export async function compileAssemblyScript(sources: URL, options: readonly string[]): Promise<Uint8Array> {
  const { main: compile } = (await import(COMPILER)) as Compiler;
  let compiled: Uint8Array | undefined;
  const { error, stderr } = await compile(['index.ts', '--outFile', OUTPUT, ...options], {
    readFile: (name) => readSource(name, sources),
    writeFile: (name, content) => {
      if (name === OUTPUT && typeof content !== 'string') compiled = content;
    },
    listFiles: () => [],
  });
  if (error !== null || compiled === undefined) {
    throw new Error(`The kernels do not compile:\n${stderr.toString()}`, { cause: error });
  }
  return compiled;
}

function readSource(name: string, sources: URL): string | null {
  try {
    return readFileSync(new URL(name, sources), 'utf8');
  } catch {
    // The compiler tries several places for each import and expects null where there is no file.
    return null;
  }
}
