import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type DesktopBridge, desktopPort, desktopReady } from '../../shared/api/desktop-bridge.ts';
import { channels } from './channels.ts';

// Runs sandboxed, before the page and apart from it. Only plain functions and strings cross over.
const bridge = {
  kind: 'desktop',
  pickFolder: () => ipcRenderer.invoke(channels.pickFolder),
  pickArchive: () => ipcRenderer.invoke(channels.pickArchive),
  pathOfFile: (file) => webUtils.getPathForFile(file),
} satisfies DesktopBridge;

contextBridge.exposeInMainWorld('layerscope', bridge);

// A MessagePort cannot cross the context bridge; window.postMessage carries it to the page, and to our origin only.
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === desktopReady) ipcRenderer.send(channels.connect);
});
ipcRenderer.on(channels.port, (event) => {
  window.postMessage(desktopPort, window.location.origin, event.ports);
});
