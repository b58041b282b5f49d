import { BrowserWindow, dialog, type OpenDialogOptions, type WebContents } from 'electron';
import { channels } from './channels.ts';
import { handle, Nothing } from './ipc.ts';

/** Docker's own names for saved images; `*` because people name them as they like. */
const archiveFilters = [
  { name: 'Image archives', extensions: ['tar', 'tar.gz', 'tgz', 'gz', 'zst'] },
  { name: 'All files', extensions: ['*'] },
];

/** The native dialogs, for the page and for the menu. */
export function pickFolder(window: BrowserWindow | undefined): Promise<string | undefined> {
  return pick(window, { title: 'Open project folder', properties: ['openDirectory'] });
}

export function pickArchive(window: BrowserWindow | undefined): Promise<string | undefined> {
  return pick(window, { title: 'Open image archive', properties: ['openFile'], filters: archiveFilters });
}

export function registerDialogs(): void {
  handle(channels.pickFolder, Nothing, (_input, { sender }) => pickFolder(windowOf(sender)));
  handle(channels.pickArchive, Nothing, (_input, { sender }) => pickArchive(windowOf(sender)));
}

async function pick(
  window: BrowserWindow | undefined,
  options: OpenDialogOptions,
): Promise<string | undefined> {
  const { canceled, filePaths } = window
    ? await dialog.showOpenDialog(window, options)
    : await dialog.showOpenDialog(options);
  return canceled ? undefined : filePaths[0];
}

function windowOf(sender: WebContents): BrowserWindow | undefined {
  return BrowserWindow.fromWebContents(sender) ?? undefined;
}
