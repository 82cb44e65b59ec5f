import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import { CHANNELS, type DesktopBridge, PORT_MESSAGE } from './desktop-bridge.ts';

/** Joins the sandboxed page to the shell: a few named messages, and the port to the service. Nothing else gets through. */
function listen<Payload>(channel: string): (listener: (payload: Payload) => void) => () => void {
  return (listener) => {
    const heard = (_event: IpcRendererEvent, payload: Payload): void => listener(payload);
    ipcRenderer.on(channel, heard);
    return () => void ipcRenderer.off(channel, heard);
  };
}

const bridge: DesktopBridge = {
  connect: () => ipcRenderer.send(CHANNELS.connect),
  onBackendState: listen(CHANNELS.backendState),
  onCommand: listen(CHANNELS.command),
  report: (report) => ipcRenderer.send(CHANNELS.report, report),
  chooseFiles: (choice) => ipcRenderer.invoke(CHANNELS.chooseFiles, choice),
  chooseFolder: (title) => ipcRenderer.invoke(CHANNELS.chooseFolder, title),
  chooseNewFile: (choice) => ipcRenderer.invoke(CHANNELS.chooseNewFile, choice),
  saveFile: (file) => ipcRenderer.invoke(CHANNELS.saveFile, file),
  showInFolder: (path) => ipcRenderer.invoke(CHANNELS.showInFolder, path),
  pathOf: (file) => webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0]),
};

contextBridge.exposeInMainWorld('stockpotDesktop', bridge);

// A port cannot cross the context bridge; a window message carries it into the page's own world.
ipcRenderer.on(CHANNELS.port, (event) => {
  window.postMessage({ type: PORT_MESSAGE }, window.location.origin, [...event.ports]);
});
