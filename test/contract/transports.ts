import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, ORPCError } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { type ServedPort, serveMessagePort } from '../../main/backend/api/message-port.ts';
import type { Router } from '../../main/backend/api/router.ts';
import { startWebServer, type WebServer } from '../../main/backend/api/web-server.ts';
import { type Application, openApplication } from '../../main/backend/entries/application.ts';
import type { JobKind } from '../../main/backend/jobs/job-kind.ts';
import { createNodeProcessHost } from '../../main/engine/node-process-host.ts';
import type { Client } from '../../preload/contract/contract.ts';
import type { Job } from '../../preload/contract/jobs.ts';

export interface Connected {
  readonly client: Client;
  close(): Promise<void>;
}

/** How a caller gets to a router; every one has to keep the same contract. */
export interface Transport {
  readonly name: string;
  connect(router: Router): Promise<Connected>;
}

export const TRANSPORTS: readonly Transport[] = [
  { name: 'MessagePort', connect: connectByPort },
  { name: 'WebSocket', connect: connectBySocket },
];

async function connectByPort(router: Router): Promise<Connected> {
  const { port1, port2 } = new MessageChannel();
  serveMessagePort(router, asUtilityPort(port1));
  const client: Client = createORPCClient(new MessagePortLink({ port: port2 }));
  port2.start();
  return {
    client,
    async close() {
      port2.close();
    },
  };
}

/** A worker_threads port under the face of Electron's MessagePortMain: its `message` event has the data inside. */
function asUtilityPort(port: MessageChannel['port1']): ServedPort {
  return {
    on(event, listener) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on(event, () => listener());
    },
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
  };
}

async function connectBySocket(router: Router): Promise<Connected> {
  const server = await startWebServer({ router, pagesFolder: import.meta.dirname, port: 0 });
  const socket = await openSocket(server);
  return {
    client: createORPCClient(new WebSocketLink({ websocket: socket as unknown as globalThis.WebSocket })),
    async close() {
      socket.close();
      await server.close();
    },
  };
}

async function openSocket(server: WebServer): Promise<WebSocket> {
  const cookie = await sessionCookie(server);
  return new WebSocket(server.origin.replace('http', 'ws').concat('/api'), {
    origin: server.origin,
    headers: { cookie },
  });
}

/** Opens a link as a browser does; the cookie that comes back. */
export async function sessionCookie(server: WebServer): Promise<string> {
  const response = await fetch(server.newLink(), { redirect: 'manual' });
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

/** The whole service over an empty workspace in a temporary folder. */
export async function openEmptyApplication(moreKinds: readonly JobKind[] = []): Promise<Application> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-contract-'));
  const application = await openApplication({
    workspaceFolder: folder,
    processHost: createNodeProcessHost(),
    moreKinds,
  });
  return {
    ...application,
    async close() {
      await application.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What a call fails with, as the contract has it. */
export async function factsOfFailure(call: Promise<unknown>): Promise<unknown> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ORPCError && isDefinedError(thrown)) return thrown.data;
  throw new Error('The call did not fail with the error of the contract', { cause: thrown });
}

/** Waits for a job's end. */
export async function ended(client: Client, { jobId }: { readonly jobId: number }): Promise<Job> {
  for await (const news of await client.jobs.watch()) {
    if (news.kind === 'job' && news.job.id === jobId && news.job.finishedAt !== null) return news.job;
  }
  throw new Error('The watch ended before the job');
}
