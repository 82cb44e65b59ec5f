import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { thirdPartyLicences } from './main/desktop/packaging/third-party-licences.ts';

/** A test build lets a test run the application's own processes in another Node; a release holds nothing of that. */
const isTestBuild = process.env.STOCKPOT_TEST_BUILD === '1';

const commonJs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' } as const;

/** Pages are served from the root, in the shell as in a browser, and have routes of several levels: their files are absolute. */
const servedFromRoot: Plugin = { name: 'served-from-root', enforce: 'post', config: () => ({ base: '/' }) };

/** Text gets smaller; pictures and fonts have been compressed already. */
const COMPRESSIBLE = /\.(js|css|html|svg)$/;
const compress = promisify(brotliCompress);

/** Lays `NAME.br` beside every text of the pages, for the server to send: compressed once, and better than there is time for then. */
const compressedPages: Plugin = {
  name: 'compressed-pages',
  apply: 'build',
  async writeBundle({ dir }, bundle) {
    const names = Object.keys(bundle).filter((name) => COMPRESSIBLE.test(name));
    await Promise.all(
      names.map(async (name) => {
        const path = join(dir!, name);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        await writeFile(`${path}.br`, await compress(await readFile(path), { params }));
      }),
    );
  },
};

export default defineConfig({
  main: {
    define: { STOCKPOT_TEST_BUILD: JSON.stringify(isTestBuild) },
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      rollupOptions: { input: { index: 'main/desktop/index.ts' }, external: ['electron'], output: commonJs },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: { input: { index: 'preload/index.ts' }, external: ['electron'], output: commonJs },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react(), servedFromRoot, thirdPartyLicences(), compressedPages],
    build: {
      outDir: 'out/renderer',
      target: 'chrome108',
      minify: true,
      reportCompressedSize: true,
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
});
