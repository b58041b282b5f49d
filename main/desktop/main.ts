import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, MessageChannelMain } from 'electron';
import { z } from 'zod';
import { routeOf, targetOf } from '../web/app-route.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { channels } from './channels.ts';
import { pickArchive, pickFolder, registerDialogs } from './dialogs.ts';
import { engineArguments, ownArguments } from './engine-arguments.ts';
import { engineHost } from './engine-host.ts';
import { listen, Nothing } from './ipc.ts';
import { setMenu } from './menu.ts';
import { openWindow, showRoute } from './window.ts';

// Electron's main process: a window, a menu, dialogs, and a port between the page and the engine's own process.
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const preload = file('../desktop/preload.cjs');
const engineEntry = file('../desktop/engine-process.js');
const rendererFolder = file('../renderer/');

/** What a second start hands to the first: what it was to open. */
const SecondStart = z.object({ open: z.string().optional() });

const args = engineArguments(
  ownArguments(process.argv, { isPackaged: app.isPackaged, appPath: app.getAppPath() }),
  app.getVersion(),
);

// No top-level await here: Electron is not ready before this module has been evaluated.
if (app.requestSingleInstanceLock({ open: args.open })) start();
else app.quit();

function start(): void {
  app.enableSandbox();
  registerAppScheme();
  const engine = engineHost(engineEntry, args);
  let window: BrowserWindow | undefined;

  const show = (route: string) => {
    if (!window) {
      window = openWindow({ preload, route });
      window.on('closed', () => {
        window = undefined;
      });
      return;
    }
    if (window.isMinimized()) window.restore();
    window.focus();
    void showRoute(window, route);
  };
  const pickAndShow = async (pick: typeof pickFolder) => {
    const path = await pick(window);
    if (path !== undefined) show(routeOf(targetOf(path)));
  };

  app.on('second-instance', (_event, _argv, _folder, data) => {
    const { open } = SecondStart.catch({}).parse(data);
    if (open !== undefined) show(routeOf(targetOf(open)));
    else if (window) window.focus();
    else show('/');
  });
  app.on('activate', () => {
    if (!window) show('/');
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  quitAfter(() => engine.close());

  void app.whenReady().then(() => {
    serveApp(rendererFolder);
    registerDialogs();
    listen(channels.connect, Nothing, (_input, { senderFrame }) => {
      const { port1, port2 } = new MessageChannelMain();
      engine.connect(port1);
      senderFrame?.postMessage(channels.port, undefined, [port2]);
    });
    setMenu({
      openFolder: () => void pickAndShow(pickFolder),
      openArchive: () => void pickAndShow(pickArchive),
    });
    show(args.open === undefined ? '/' : routeOf(targetOf(args.open)));
  });
}

/** Holds back quitting, once, until `finish` has ended. */
function quitAfter(finish: () => Promise<void>): void {
  let finished = false;
  app.on('before-quit', (event) => {
    if (finished) return;
    event.preventDefault();
    void finish().finally(() => {
      finished = true;
      app.quit();
    });
  });
}
