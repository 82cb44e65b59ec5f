import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileAssemblyScript } from '../../assembly-script.ts';

/** Where the compiled kernels are kept, under version control, so that no user needs the compiler. */
export const COMPILED_KERNELS = new URL('kernels.wasm', import.meta.url);

const SOURCES = new URL('assembly/', import.meta.url);

const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert'];

/** Compiles the kernels; the same sources give the same bytes. */
export function compileKernels(): Promise<Uint8Array> {
  return compileAssemblyScript(SOURCES, OPTIONS);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(COMPILED_KERNELS, await compileKernels());
