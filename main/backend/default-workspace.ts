import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The user's workspace where none is named: the platform's folder for application data. */
export function defaultWorkspaceFolder(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  if (environment.STOCKPOT_WORKSPACE) return resolve(environment.STOCKPOT_WORKSPACE);
  const home = homedir();
  switch (platform) {
    case 'win32':
      return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Stockpot');
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Stockpot');
    default:
      return join(environment.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'stockpot');
  }
}
