import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { StockpotError } from '../../errors.ts';

/**
 * Shows a file in the desktop's file manager.
 * @throws StockpotError `exports/no-file-manager` where there is none to ask
 */
export function revealFile(path: string): Promise<string> {
  const folder = dirname(path);
  const [command, args] = revealerOf(process.platform, path, folder);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.on('error', (cause) => reject(noFileManager(folder, cause)));
    child.on('spawn', () => {
      child.unref();
      resolve(folder);
    });
  });
}

function revealerOf(platform: NodeJS.Platform, path: string, folder: string): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', ['-R', path]];
  if (platform === 'win32') return ['explorer.exe', [`/select,${path}`]];
  return ['xdg-open', [folder]];
}

function noFileManager(folder: string, cause: Error): StockpotError {
  return new StockpotError({
    code: 'exports/no-file-manager',
    what: 'No file manager could be started here',
    where: folder,
    remedy: 'Open the folder yourself.',
    cause,
  });
}
