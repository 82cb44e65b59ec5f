#!/usr/bin/env node
// Starts the command line on a Node that can run it: this one, or the one that `npm ci` put into node_modules.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);

if (major >= 24 || (major === 22 && minor >= 18)) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  await import('./main.ts');
} else {
  const node = bundledNode();
  if (node === undefined) {
    console.error(
      `Stockpot needs Node 22.18 or newer; this is ${process.version}, and no bundled one was found.\n` +
        'Run "npm ci" in the Stockpot folder, or install a newer Node.',
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; this process must outlive it to pass on its exit code.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status) => process.exit(status ?? 1));
}

function bundledNode() {
  const require = createRequire(import.meta.url);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = dirname(require.resolve(`${name}/package.json`, { paths: [here] }));
    const file = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
