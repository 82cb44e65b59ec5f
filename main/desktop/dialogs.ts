import { basename, isAbsolute, join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  type IpcMainInvokeEvent,
  ipcMain,
  type OpenDialogOptions,
  type SaveDialogOptions,
  shell,
} from 'electron';
import { z } from 'zod';
import { CHANNELS, type SavedFile } from '../../preload/desktop-bridge.ts';
import { factsOf } from '../errors.ts';
import { writeFileAtomically } from '../files/atomic-file.ts';
import { isTrustedSender } from './trusted-sender.ts';

const title = z.string().max(200);
const filters = z.array(z.object({ name: z.string(), extensions: z.array(z.string()) })).max(20);
const fileChoice = z.object({ title, multiple: z.boolean(), filters });
const newFileChoice = z.object({ title, name: z.string().max(4096), filters });
const fileToSave = z.object({
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => basename(name) === name),
  content: z.instanceof(Uint8Array),
});

/** Native dialogs for the pages. What comes from a page is checked like any other input. */
export function answerDialogs(): void {
  handle(CHANNELS.chooseFiles, fileChoice, (event, { title, multiple, filters }) =>
    chooseExisting(event, { title, filters, properties: multiple ? ['openFile', 'multiSelections'] : ['openFile'] }),
  );
  handle(CHANNELS.chooseFolder, title, async (event, title) => {
    const [folder] = await chooseExisting(event, { title, properties: ['openDirectory', 'createDirectory'] });
    return folder;
  });
  handle(CHANNELS.chooseNewFile, newFileChoice, (event, { title, name, filters }) =>
    chooseNew(event, { title, filters, defaultPath: inDownloads(name) }),
  );
  handle(CHANNELS.saveFile, fileToSave, async (event, { name, content }) => {
    const path = await chooseNew(event, { title: `Save ${name}`, defaultPath: inDownloads(name) });
    return path === undefined ? { saved: true, path } : save(path, content);
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

async function chooseExisting(event: IpcMainInvokeEvent, options: OpenDialogOptions): Promise<readonly string[]> {
  const window = BrowserWindow.fromWebContents(event.sender);
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return filePaths;
}

async function chooseNew(event: IpcMainInvokeEvent, options: SaveDialogOptions): Promise<string | undefined> {
  const window = BrowserWindow.fromWebContents(event.sender);
  const { filePath } = await (window === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  return filePath === '' ? undefined : filePath;
}

function inDownloads(name: string): string {
  return isAbsolute(name) ? name : join(app.getPath('downloads'), name);
}

function save(path: string, content: Uint8Array): SavedFile {
  try {
    writeFileAtomically(path, content);
    return { saved: true, path };
  } catch (thrown) {
    return { saved: false, error: factsOf(thrown) };
  }
}
