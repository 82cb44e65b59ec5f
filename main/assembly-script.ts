import { readFileSync } from 'node:fs';
import { main as compile } from 'assemblyscript/asc';

const OUTPUT = 'kernels.wasm';

/**
 * Compiles `index.ts` in the folder `sources` with the AssemblyScript compiler; the same sources, options and compiler give the
 * same bytes.
 * @throws Error with the compiler's output when it does not compile
 */
export async function compileAssemblyScript(sources: URL, options: readonly string[]): Promise<Uint8Array> {
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
