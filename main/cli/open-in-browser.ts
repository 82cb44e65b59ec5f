import { spawn } from 'node:child_process';

/** Asks the desktop to open `url`; where there is none to ask, the printed link has to do. */
export function openInBrowser(url: string): void {
  const [command, args] = openerOf(process.platform, url);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => console.error('No browser could be started here: open the link yourself.'));
  child.unref();
}

function openerOf(platform: NodeJS.Platform, url: string): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]];
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}
