import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from './support/host.ts';
import { isRunning } from './support/processes.ts';
import { buildProject, test } from './support/project-folder.ts';

test('a build that is cancelled ends in the engine too, and can be started again', async ({
  page,
  host,
  writeProject,
}) => {
  const sleep = `sleep 97.${process.pid}`;
  // Waits only as long as the file that it is told to wait for is there.
  const folder = await writeProject({
    Dockerfile: `FROM alpine:3.20\nCOPY wait /\nRUN if grep -q yes /wait; then echo asleep; ${sleep}; fi\n`,
    wait: 'yes\n',
  });
  await buildProject(page, host, folder);
  const variant = page.getByRole('region', { name: 'Variant Dockerfile' });
  await expect(variant.getByRole('button', { name: /asleep.*line 3/ })).toBeVisible();
  expect(await isRunning(sleep)).toBe(true);

  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled', level: 1 })).toBeVisible({ timeout: 2000 });
  await expect(variant).toContainText('cancelled');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect.poll(() => isRunning(sleep), { message: 'the sleep in the engine' }).toBe(false);

  await writeFile(join(folder, 'wait'), 'no\n');
  await page.getByRole('button', { name: 'Build again' }).click();
  await expect(page).toHaveURL(/\/image\?/);
  await expect(page.getByRole('heading', { level: 1, name: /layerscope\/project/ })).toBeVisible();
});

test('cancelling while the layers are read is said at once, and the next build reads them', async ({
  page,
  host,
  writeProject,
}) => {
  // Large enough that saving and reading take longer than a person takes to cancel.
  const folder = await writeProject({
    Dockerfile: 'FROM alpine:3.20\nRUN head -c 400000000 /dev/urandom > /large\n',
  });
  await buildProject(page, host, folder);
  await expect(page.getByRole('heading', { name: 'Reading the layers' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled', level: 1 })).toBeVisible({ timeout: 2000 });

  await page.getByRole('button', { name: 'Build again' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /40\d MB/ })).toBeVisible({ timeout: 60_000 });
});

test('a build that is cancelled before it did anything', async ({ page, host, writeProject }) => {
  const folder = await writeProject({ Dockerfile: 'FROM alpine:3.20\nRUN sleep 98\n' });
  await buildProject(page, host, folder);
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Cancelled', level: 1 })).toBeVisible({ timeout: 2000 });
});
