import { assertNever, factsOf } from '../../errors.ts';
import { serveMessagePort } from '../api/message-port.ts';
import { type Application, openApplication } from './application.ts';
import type { BackendMessage, HostMessage } from './host-protocol.ts';
import { parentPort, type UtilityPort } from './parent-port.ts';
import { UtilityProcessHost } from './utility-process-host.ts';

/** The backend inside Electron's utilityProcess: the main process opens it, hands it the pages' ports and closes it. */
const host = parentPort();
const send = (message: BackendMessage): void => host.postMessage(message);
const processHost = new UtilityProcessHost(send);
/** Undefined when it could not be opened: the main process has been told why, and the pages by it. */
const opened = Promise.withResolvers<Application | undefined>();

host.on('message', ({ data, ports }) => void receive(data as HostMessage, ports));

async function receive(message: HostMessage, ports: readonly UtilityPort[]): Promise<void> {
  switch (message.type) {
    case 'open':
      return open(message.workspaceFolder, message.hostVersions);
    case 'page':
      return serve(ports[0]!);
    case 'child-started':
    case 'child-ended':
      return processHost.receive(message, ports);
    case 'close':
      await (await opened.promise)?.close();
      return process.exit(0);
    default:
      return assertNever(message);
  }
}

async function serve(port: UtilityPort): Promise<void> {
  const application = await opened.promise;
  if (application === undefined) port.close();
  else serveMessagePort(application.router, port);
}

async function open(
  workspaceFolder: string,
  hostVersions: Extract<HostMessage, { type: 'open' }>['hostVersions'],
): Promise<void> {
  try {
    opened.resolve(await openApplication({ workspaceFolder, processHost, hostVersions }));
    send({ type: 'ready' });
  } catch (thrown) {
    opened.resolve(undefined);
    send({ type: 'failed', error: factsOf(thrown) });
  }
}
