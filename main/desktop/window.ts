import { BrowserWindow, shell } from 'electron';
import { appOrigin, isAllowedExternal, isAppUrl } from './app-address.ts';

export interface WindowOptions {
  readonly preload: string;
  /** Address inside the app, as `/project?folder=…`. */
  readonly route: string;
}

/** Copying a path or an error is all the page may do with the machine, and only when it is clicked. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** The window: its page is isolated, sandboxed, and can go nowhere but to the app's own addresses. */
export function openWindow({ preload, route }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1360,
    height: 900,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Layerscope',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());

  const { webContents } = window;
  webContents.session.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(allowedPermissions.has(permission)),
  );
  webContents.session.setPermissionCheckHandler((_contents, permission) =>
    allowedPermissions.has(permission),
  );
  webContents.session.setDevicePermissionHandler(() => false);
  webContents.on('will-navigate', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  webContents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(({ url }) => {
    if (isAllowedExternal(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  void showRoute(window, route);
  return window;
}

/** Shows another view: every view has an address. */
export function showRoute(window: BrowserWindow, route: string): Promise<void> {
  return window.loadURL(`${appOrigin}${route}`).catch((error: unknown) => {
    // A load that a newer one overtook is no failure.
    if ((error as { code?: string }).code !== 'ERR_ABORTED')
      console.error(`${route} could not be shown:`, error);
  });
}
