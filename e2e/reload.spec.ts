import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, startHost } from './support/host.ts';
import { buildProject, test } from './support/project-folder.ts';

const twoVariants = {
  'Dockerfile.single': 'FROM alpine:3.20\nRUN mkdir /data && head -c 3000000 /dev/urandom > /data/large\n',
  Dockerfile:
    'FROM alpine:3.20 AS builder\nRUN echo > /x\nFROM alpine:3.20\nCOPY --from=builder /x /data/x\n',
};

test('a reload in the middle of a build shows the same build go on, and then its comparison', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject({
    // Never in the engine's cache, which would have it over at once.
    'Dockerfile.a': `FROM alpine:3.20\nRUN echo ${Date.now()}\nRUN echo still going; sleep 8; echo went > /a\n`,
    'Dockerfile.b': 'FROM alpine:3.20\nRUN echo > /b\n',
  });
  await buildProject(page, host, folder);
  const step = page.getByRole('button', { name: /still going.*line 3/ });
  await expect(step).toBeVisible();
  const address = page.url();

  await page.reload();
  expect(page.url()).toBe(address);
  await expect(page.getByRole('heading', { name: 'Building 2 variants' })).toBeVisible();
  await expect(step).toBeVisible();
  await step.click();
  await expect(page.getByRole('region', { name: /^Log of/ })).toContainText('still going');

  await expect(page).toHaveURL(/\/compare\?/, { timeout: 60_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/MB.* to .*MB/);
});

test('a reload of a comparison and of an image comes back to the same place', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject(twoVariants);
  await buildProject(page, host, folder);
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 60_000 });

  await goTo(page, { tab: 'side', path: '/data', select: '/data/large' });
  await comesBack(page, async () => {
    const left = page.getByRole('tree', { name: /below \/data/ }).first();
    await expect(left.getByRole('treeitem', { name: /^large, file, 3/, selected: true })).toBeVisible();
  });
  await page.getByRole('tab', { name: /^Changes/ }).click();
  await comesBack(page, async () => {
    await expect(page.getByRole('tab', { name: /^Changes/, selected: true })).toBeVisible();
    const row = page.getByRole('tabpanel').getByRole('row', { name: /large.*only left/, selected: true });
    await expect(row).toBeVisible();
  });

  await page.getByRole('link', { name: 'Open Dockerfile.single' }).click();
  await expect(page).toHaveURL(/\/image\?/);
  await goTo(page, { at: '/data', select: '/data/large' });
  await comesBack(page, async () => {
    const files = page.getByRole('tree', { name: /below \/data/ });
    await expect(files.getByRole('treeitem', { name: /^large, file, 3/, selected: true })).toBeVisible();
  });
});

test('after a restart of Layerscope the comparison is there again without a build', async ({
  page,
  writeProject,
}) => {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'layerscope-e2e-cache-'));
  const folder = await writeProject(twoVariants);
  let host = await startHost({ cacheFolder });
  try {
    await buildProject(page, host, folder);
    await expect(page).toHaveURL(/\/compare\?/, { timeout: 60_000 });
    const before = await numbers(page);
    const { pathname, search } = new URL(page.url());

    await host.stop();
    await expect(page.getByRole('status').filter({ hasText: 'connection' })).toContainText('was lost');
    host = await startHost({ cacheFolder });
    await page.goto(host.at(`${pathname}${search}`));
    expect(await numbers(page)).toEqual(before);
    expect(new URL(page.url()).pathname).toBe('/compare');
  } finally {
    await host.stop();
    await rm(cacheFolder, { recursive: true, force: true });
  }
});

/** The same view at another place, as its address names it. */
async function goTo(page: Page, place: Readonly<Record<string, string>>): Promise<void> {
  const url = new URL(page.url());
  for (const [name, value] of Object.entries(place)) url.searchParams.set(name, value);
  await page.goto(url.href);
}

async function comesBack(page: Page, isThere: () => Promise<void>): Promise<void> {
  await isThere();
  const address = page.url();
  await page.reload();
  await isThere();
  expect(page.url()).toBe(address);
}

/** The headline, and the sums of the origins to the byte. */
async function numbers(page: Page): Promise<readonly string[]> {
  const sums = page.getByText(/^Σ origins of .* = live ✓$/);
  await expect(sums).toHaveCount(2);
  const headline = await page.getByRole('heading', { level: 1 }).innerText();
  return [headline, ...(await sums.allInnerTexts())];
}
