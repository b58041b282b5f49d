import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron as electron } from '@playwright/test';
import { findElectron } from '../main/cli/find-electron.ts';
import { engineHost, expect } from './support/host.ts';
import { test as base } from './support/project-folder.ts';

const root = resolve(import.meta.dirname, '..');
const found = findElectron(import.meta.url, process.env);

/** Starts the built desktop app with settings and a cache of its own; closed after the test. */
type OpenApp = (...args: readonly string[]) => ReturnType<typeof electron.launch>;

const test = base.extend<{ openApp: OpenApp }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  openApp: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'layerscope-e2e-desktop-'));
    const apps: Awaited<ReturnType<OpenApp>>[] = [];
    await use(async (...args) => {
      if (!('executable' in found)) throw new Error(found.reason);
      const app = await electron.launch({
        executablePath: found.executable,
        args: [`--user-data-dir=${join(folder, 'user')}`, root, `--docker-host=${engineHost()}`, ...args],
        env: { ...definedOf(process.env), XDG_CACHE_HOME: join(folder, 'cache'), LAYERSCOPE_STRICT: '1' },
        // As people run it: the app asks for the sandbox, which must not be off.
        chromiumSandbox: true,
      });
      apps.push(app);
      return app;
    });
    for (const app of apps) await app.close();
    await rm(folder, { recursive: true, force: true });
  },
});

// Electron's binary is downloaded apart from its package, and a window needs a display: the reason says what is missing.
test.skip(!('executable' in found), 'reason' in found ? found.reason : undefined);

test('starts with buttons for native dialogs and the images of the engine', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.firstWindow();
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('What is in your image, and why?');
  await expect(window.getByRole('button', { name: /Open a project folder/ })).toBeVisible();
  await expect(window.getByRole('button', { name: /Open an image archive/ })).toBeVisible();
  await expect(window.getByRole('grid', { name: 'Images of the engine' })).toContainText('alpine');
  // The page has nothing of Node.
  expect(await window.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe('undefined');
});

test('opens the folder it was started with', async ({ openApp, writeProject }) => {
  const folder = await writeProject({ Dockerfile: 'FROM alpine:3.20\n' });
  const window = await (await openApp(folder)).firstWindow();
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('project');
});

test('opens a folder, builds it and compares', async ({ openApp, writeProject }) => {
  const folder = await writeProject({
    'Dockerfile.single': 'FROM alpine:3.20\nRUN mkdir /data && head -c 3000000 /dev/urandom > /data/large\n',
    Dockerfile:
      'FROM alpine:3.20 AS builder\nRUN echo > /x\nFROM alpine:3.20\nCOPY --from=builder /x /data/x\n',
  });
  const app = await openApp();
  const window = await app.firstWindow();
  // What a native dialog would answer; nobody is there to click in it.
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, folder);
  await window.getByRole('button', { name: /Open a project folder/ }).click();
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('project');

  await window.getByLabel('Network of RUN').selectOption('host');
  await window.getByRole('button', { name: 'Build and compare' }).click();
  await window.getByRole('button', { name: 'Trust and build' }).click();
  await expect(window).toHaveURL(/\/compare\?/, { timeout: 60_000 });
  await expect(window.getByRole('heading', { level: 1 })).toHaveText(/MB.* to .*MB/);
  await expect(window.getByText(/^Σ layers of .* = live ✓$/)).toHaveCount(2);
});

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
