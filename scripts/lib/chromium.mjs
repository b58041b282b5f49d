import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installMissing, isDebianRoot } from '../engine/debian-packages.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * A real browser for the end-to-end tests: the one LAYERSCOPE_TEST_CHROMIUM names, Debian's, or the person's.
 *
 * @param {(line: string) => void} log
 * @returns {Promise<string>} its executable
 */
export async function findChromium(log) {
  if (process.env.LAYERSCOPE_TEST_CHROMIUM) return process.env.LAYERSCOPE_TEST_CHROMIUM;
  if (isDebianRoot()) {
    await installMissing(['chromium', 'fonts-liberation'], log);
    return '/usr/bin/chromium';
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...elsewhere];
  const executable = found.find((path) => existsSync(path));
  if (executable) return executable;
  throw new Error(
    'The end-to-end tests need a browser: install Chromium or Chrome, or name one in LAYERSCOPE_TEST_CHROMIUM.',
  );
}
