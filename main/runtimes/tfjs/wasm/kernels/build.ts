import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main as compile } from 'assemblyscript/asc';

/** Where the compiled kernels are kept, under version control, so that no user needs the compiler. */
export const COMPILED_KERNELS = new URL('kernels.wasm', import.meta.url);

const SOURCES = new URL('assembly/', import.meta.url);

// Without a runtime and static data of its own, the module can live in another module's memory.
const OPTIONS = ['--runtime', 'stub', '--importMemory', '--noExportMemory', '--enable', 'simd', '-O3', '--noAssert'];

/** Compiles the AssemblyScript kernels; the same sources and compiler give the same bytes. */
export async function compileKernels(): Promise<Uint8Array> {
  let compiled: Uint8Array | undefined;
  const { error, stderr } = await compile(['index.ts', '--outFile', 'kernels.wasm', ...OPTIONS], {
    readFile: (name) => readSource(name),
    writeFile: (name, content) => {
      if (name === 'kernels.wasm' && typeof content !== 'string') compiled = content;
    },
    listFiles: () => [],
  });
  if (error !== null || compiled === undefined) {
    throw new Error(`The kernels do not compile:\n${stderr.toString()}`, { cause: error });
  }
  return compiled;
}

function readSource(name: string): string | null {
  try {
    return readFileSync(new URL(name, SOURCES), 'utf8');
  } catch {
    // The compiler tries several places for each import and expects null where there is no file.
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(COMPILED_KERNELS, await compileKernels());
