import { readFile } from 'node:fs/promises';
import { protocol, session } from 'electron';
import { pageFile } from '../backend/api/page-files.ts';

const SCHEME = 'app';
export const PAGES_ORIGIN = `${SCHEME}://stockpot`;

/** To be called before the application is ready: makes `app:` a secure origin of its own, with its own storage. */
export function declarePagesScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built pages under `app://stockpot/`, and takes every permission and download away from them. */
export function servePages(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const file = url.origin === PAGES_ORIGIN || url.host === 'stockpot' ? pageFile(folder, url.pathname) : undefined;
    if (file === undefined) return new Response('There is no such page.', { status: 404 });
    return new Response(await readFile(file.path), { headers: file.headers });
  });
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(permission === 'clipboard-sanitized-write'),
  );
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission) => permission === 'clipboard-sanitized-write',
  );
  // Files are saved through the bridge, which asks the user where to.
  session.defaultSession.on('will-download', (event) => event.preventDefault());
}
