import { createNodeProcessHost } from '../../engine/node-process-host.ts';
import { startWebServer } from '../api/web-server.ts';
import { openApplication } from './application.ts';

export interface ServeOptions {
  readonly workspaceFolder: string;
  readonly pagesFolder: string;
  /** 0 for any that is free; undefined for the usual one, or any where that is taken. */
  readonly port: number | undefined;
}

export interface ServedApplication {
  readonly origin: string;
  /** A link that opens the application once. */
  newLink(): string;
  close(): Promise<void>;
}

/**
 * The application for a browser on this machine.
 * @throws StockpotError what `openApplication` and `startWebServer` throw
 */
export async function serveApplication({
  workspaceFolder,
  pagesFolder,
  port,
}: ServeOptions): Promise<ServedApplication> {
  const application = await openApplication({ workspaceFolder, processHost: createNodeProcessHost() });
  try {
    const server = await startWebServer({ router: application.router, pagesFolder, port });
    return {
      origin: server.origin,
      newLink: () => server.newLink(),
      async close() {
        await server.close();
        await application.close();
      },
    };
  } catch (thrown) {
    await application.close();
    throw thrown;
  }
}
