import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

/** A test build lets a test run the application's own processes in another Node; a release holds nothing of that. */
const isTestBuild = process.env.STOCKPOT_TEST_BUILD === '1';

const commonJs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' } as const;

/** Pages are served from the root, in the shell as in a browser, and have routes of several levels: their files are absolute. */
const servedFromRoot: Plugin = { name: 'served-from-root', enforce: 'post', config: () => ({ base: '/' }) };

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
    plugins: [react(), servedFromRoot],
    build: {
      outDir: 'out/renderer',
      target: 'chrome108',
      minify: true,
      reportCompressedSize: true,
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
});
