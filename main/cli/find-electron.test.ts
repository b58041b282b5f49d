import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserCommand, hasDisplay } from './display.ts';
import { electronExecutable, findElectron } from './find-electron.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-electron-'));
  for (const platform of ['darwin', 'win32', 'linux'] as const) {
    const file = join(folder, 'copy', electronExecutable(platform));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, 0o755);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('hasDisplay', () => {
  it.each<[NodeJS.Platform, Record<string, string>, boolean]>([
    ['linux', {}, false],
    ['linux', { DISPLAY: '' }, false],
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['linux', { DISPLAY: 'localhost:10', SSH_CONNECTION: 'a b' }, true],
    ['darwin', {}, true],
    ['darwin', { SSH_CONNECTION: 'a b' }, false],
    ['win32', {}, true],
  ])('%s with %j: %s', (platform, env, display) => {
    expect(hasDisplay(platform, env)).toBe(display);
  });
});

describe('findElectron', () => {
  const from = join(import.meta.dirname, 'x.js');

  it('takes the copy ELECTRON_OVERRIDE_DIST_PATH names', () => {
    const env = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'copy') };
    expect(findElectron(from, env, 'darwin')).toEqual({
      executable: join(folder, 'copy', 'Electron.app/Contents/MacOS/Electron'),
    });
    expect(findElectron(from, env, 'win32')).toEqual({ executable: join(folder, 'copy', 'electron.exe') });
  });

  it('says why there is none', () => {
    expect(findElectron(from, {}, 'linux')).toEqual({ reason: 'there is no display here' });
    const elsewhere = { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'none') };
    expect(findElectron(from, elsewhere, 'win32')).toEqual({
      reason: expect.stringContaining('not installed'),
    });
    expect(findElectron(join(folder, 'x.js'), {}, 'win32')).toEqual({
      reason: expect.stringContaining('not installed'),
    });
  });
});

it('an address is handed to the browser as one argument, past every shell', () => {
  const url = 'http://127.0.0.1:1/project?folder=a%26b&c=d#token=x';
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const [command, args] = browserCommand(platform, url);
    expect(command).not.toMatch(/cmd|sh/);
    expect(args.at(-1)).toBe(url);
  }
});
