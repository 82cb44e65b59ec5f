import type { IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { PAGES_ORIGIN } from './pages-protocol.ts';

/** Whether a message comes from the top frame of one of the application's own pages, and from nothing inside or beside it. */
export function isTrustedSender({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  if (senderFrame === null || senderFrame !== sender.mainFrame) return false;
  return senderFrame.url.startsWith(`${PAGES_ORIGIN}/`);
}
