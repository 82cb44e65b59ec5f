import { isAbsolute } from 'node:path';
import { BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, type OpenDialogOptions, shell } from 'electron';
import { z } from 'zod';
import { CHANNELS } from '../../preload/desktop-bridge.ts';
import { isTrustedSender } from './trusted-sender.ts';

const fileChoice = z.object({
  title: z.string().max(200),
  multiple: z.boolean(),
  filters: z.array(z.object({ name: z.string(), extensions: z.array(z.string()) })).max(20),
});

/** Native dialogs for the pages. What comes from a page is checked like any other input. */
export function answerDialogs(): void {
  handle(CHANNELS.chooseFiles, fileChoice, (event, { title, multiple, filters }) =>
    choose(event, { title, filters, properties: multiple ? ['openFile', 'multiSelections'] : ['openFile'] }),
  );
  handle(CHANNELS.chooseFolder, z.string().max(200), async (event, title) => {
    const [folder] = await choose(event, { title, properties: ['openDirectory', 'createDirectory'] });
    return folder;
  });
  handle(CHANNELS.showInFolder, z.string().refine(isAbsolute), (_event, path) => shell.showItemInFolder(path));
}

function handle<Input>(
  channel: string,
  schema: z.ZodType<Input>,
  answer: (event: IpcMainInvokeEvent, input: Input) => unknown,
): void {
  ipcMain.handle(channel, (event, input: unknown) => {
    if (!isTrustedSender(event)) throw new Error('Refused');
    return answer(event, schema.parse(input));
  });
}

async function choose(event: IpcMainInvokeEvent, options: OpenDialogOptions): Promise<readonly string[]> {
  const window = BrowserWindow.fromWebContents(event.sender);
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return filePaths;
}
