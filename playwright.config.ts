import { defineConfig } from '@playwright/test';

/** Both run the built application (`npm run build`): in the system's Chromium, in an Electron window, and packaged. */
export default defineConfig({
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  outputDir: 'out/test-results',
  reporter: [['list']],
  projects: [
    { name: 'browser', testDir: 'test/e2e-browser' },
    { name: 'desktop', testDir: 'test/e2e-desktop' },
    { name: 'package', testDir: 'test/e2e-package' },
  ],
});
