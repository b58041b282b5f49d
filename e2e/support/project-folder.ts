import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { test as base, type Host } from './host.ts';

/** Writes a project's files into a new folder, removed after the test; answers with its path. */
export type WriteProject = (
  files: Readonly<Record<string, string | Uint8Array>>,
  name?: string,
) => Promise<string>;

/** As in host.ts, with folders to build. */
export const test = base.extend<{ writeProject: WriteProject }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
  writeProject: async ({}, use) => {
    const parent = await realpath(await mkdtemp(join(tmpdir(), 'layerscope-e2e-')));
    await use(async (files, name = 'project') => {
      const folder = join(parent, name);
      await mkdir(folder);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      return folder;
    });
    await rm(parent, { recursive: true, force: true });
  },
});

/** Opens a folder's project. */
export async function openProject(page: Page, host: Host, folder: string): Promise<void> {
  await page.goto(host.at(`/project?folder=${encodeURIComponent(folder)}`));
}

/** Opens a folder nobody trusted yet and builds what is ticked; the private engine has no bridge network. */
export async function buildProject(page: Page, host: Host, folder: string): Promise<void> {
  await openProject(page, host, folder);
  await page.getByLabel('Network of RUN').selectOption('host');
  await page.getByRole('button', { name: 'Build and compare' }).click();
  await page.getByRole('button', { name: 'Trust and build' }).click();
}
