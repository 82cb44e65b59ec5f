import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { StockpotError } from '../../errors.ts';
import { Access, cookieName, cookieOf } from './access.ts';
import { pageFile, sentFile } from './page-files.ts';
import type { Router } from './router.ts';

// Importing it would load all that it offers by name, an HTTP/2 client among it, before a first page can be served.
const { createServer } = process.getBuiltinModule('node:http');

const HOST = '127.0.0.1';
const API_PATH = '/api';
/** Where the application is usually found. Browsers keep what a page stored (appearance, recent projects, compiled code) by port. */
const USUAL_PORT = 47_653;
/** A message larger than this is not one of ours. */
const LARGEST_MESSAGE = 16 * 2 ** 20;

export interface WebServerOptions {
  readonly router: Router;
  /** The built pages. */
  readonly pagesFolder: string;
  /** 0 for any that is free; undefined for the usual one, or any where that is taken. */
  readonly port: number | undefined;
}

export interface WebServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** A link that opens the application once. */
  newLink(): string;
  close(): Promise<void>;
}

/**
 * The application for a browser on this machine: pages and API on the loopback interface only. A caller needs a session
 * (see `Access`); the API also checks that it is called from the server's own pages, under the server's own address.
 * @throws StockpotError `server/port-taken`, `server/unavailable`
 */
export async function startWebServer({ router, pagesFolder, port }: WebServerOptions): Promise<WebServer> {
  const access = new Access();
  const server = createServer();
  await (port === undefined ? listenAsUsual(server) : listen(server, port));
  const address = `${HOST}:${(server.address() as AddressInfo).port}`;
  const gate = gateOf(access, address);
  server.on('request', (request, response) => {
    if (!gate.isAddressed(request)) return refuse(response, 421, 'This server answers to its own address only.');
    const url = new URL(request.url ?? '/', `http://${address}`);
    const token = url.searchParams.get('token');
    if (token !== null) return openSession(access, token, gate.cookie, response);
    if (!gate.hasSession(request)) return refuse(response, 403, NEEDS_LINK);
    sendPage(pagesFolder, url.pathname, request, response);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE });
  const handler = new RPCHandler(router);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== API_PATH || !gate.admits(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => void handler.upgrade(webSocket));
  });
  setImmediate(warmUp);
  return {
    origin: `http://${address}`,
    newLink: () => `http://${address}/?token=${access.issueToken()}`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/**
 * Calls are looked through for forms and files, and the first look makes Node load all that belongs to them. It does so while the
 * browser is on its way.
 */
function warmUp(): void {
  for (const name of ['FormData', 'Blob', 'TextDecoder'] as const) Reflect.get(globalThis, name);
}

const NEEDS_LINK =
  'This link has been used, or is not complete. Open the link that "stockpot serve" printed, or press Enter there for a new one.';

/** The checks on a request; `admits` is all of them, for the API. */
function gateOf(access: Access, address: string) {
  const cookie = cookieName(Number(address.split(':')[1]));
  // A page elsewhere that had its name resolve to this machine would come with its own name here.
  const isAddressed = (request: IncomingMessage): boolean => request.headers.host === address;
  const hasSession = (request: IncomingMessage): boolean => access.isSession(cookieOf(request, cookie));
  const admits = (request: IncomingMessage): boolean =>
    isAddressed(request) && request.headers.origin === `http://${address}` && hasSession(request);
  return { cookie, isAddressed, hasSession, admits };
}

function openSession(access: Access, token: string, cookie: string, response: ServerResponse): void {
  const session = access.redeem(token);
  if (session === undefined) {
    refuse(response, 403, NEEDS_LINK);
    return;
  }
  response.writeHead(303, {
    location: '/',
    'set-cookie': `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  response.end();
}

function sendPage(folder: string, path: string, request: IncomingMessage, response: ServerResponse): void {
  const file = pageFile(folder, path);
  if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405, 'Pages can only be read.');
  else if (file === undefined) refuse(response, 404, 'There is no such page.');
  else {
    const sent = sentFile(file, request.headers['accept-encoding']);
    const content = contentOf(sent.path);
    if (content === undefined) refuse(response, 404, 'There is no such page.');
    else {
      response.writeHead(200, { ...sent.headers, 'content-length': content.length });
      response.end(request.method === 'HEAD' ? undefined : content);
    }
  }
}

/** Read at once: a stream takes five trips to the disk for each of the dozens of small files that a page consists of. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (thrown) {
    // The pages are being built anew, or are gone.
    if (thrown instanceof Error && 'code' in thrown) return undefined;
    throw thrown;
  }
}

function refuse(response: ServerResponse, status: number, explanation: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${explanation}\n`);
}

async function listenAsUsual(server: Server): Promise<void> {
  try {
    await listen(server, USUAL_PORT);
  } catch (thrown) {
    if (!(thrown instanceof StockpotError) || thrown.code !== 'server/port-taken') throw thrown;
    await listen(server, 0);
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
    throw new StockpotError({
      code: taken ? 'server/port-taken' : 'server/unavailable',
      what: taken ? 'Another program listens on this port' : 'The server cannot listen',
      where: `${HOST}:${port}`,
      details: [detail],
      remedy: 'Choose another port with --port, or leave it out for one that is free.',
      cause: thrown,
    });
  }
}
