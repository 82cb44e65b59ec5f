import { build, type UserConfig } from 'vite';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

test('a release holds nothing of what lets a test run the application’s processes elsewhere', async () => {
  expect(await mainBundle('')).not.toContain('STOCKPOT_TEST');
  expect(await mainBundle('1')).toContain('STOCKPOT_TEST_RELAY');
});

/** The code of Electron's main process, built as `electron.vite.config.ts` says. */
async function mainBundle(testBuild: string): Promise<string> {
  vi.stubEnv('STOCKPOT_TEST_BUILD', testBuild);
  vi.resetModules();
  const { default: config } = await import('../../electron.vite.config.ts');
  const { main } = config as { readonly main: UserConfig };
  const output = await build({
    configFile: false,
    logLevel: 'error',
    ...(main.define === undefined ? {} : { define: main.define }),
    build: { ...main.build, ssr: true, write: false },
  });
  if (Array.isArray(output) || !('output' in output)) throw new Error('One bundle was expected');
  return output.output.map((file) => (file.type === 'chunk' ? file.code : '')).join('\n');
}
