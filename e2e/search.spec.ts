import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildDockerArchive } from '../main/engine/archive/testing/build-archive.ts';
import { temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';

const layers = [
  [
    { path: 'usr/lib/libc.so', content: 'c'.repeat(2000) },
    { path: 'usr/lib/libm.so', content: 'm'.repeat(1000) },
    { path: 'etc/conf', content: 'conf' },
  ],
  [{ path: 'app/libx.so', content: 'x'.repeat(30) }],
];

test('finds paths of an image by parts and globs, with what they are together', async ({ page, host }) => {
  await using folder = await temporaryFolder();
  const archive = join(folder.path, 'image.tar');
  await writeFile(archive, await buildDockerArchive([{ names: ['app:1'], layers }]));
  await page.goto(host.at(`/image?source=archive&path=${encodeURIComponent(archive)}&view=tree`));
  await expect(page.getByRole('treegrid')).toBeVisible();

  const search = page.getByRole('searchbox', { name: /^Find paths/ });
  await search.fill('*.so');
  const found = page.getByRole('region', { name: 'Paths that match' });
  await expect(found.getByRole('status')).toContainText('3 paths with 3 files');
  await expect(found.getByRole('row').nth(1)).toContainText('/usr/lib/libc.so');
  await search.fill('usr/lib');
  await expect(found.getByRole('status')).toContainText('3 paths with 2 files');
  await search.fill('CONF');
  await expect(found.getByRole('status')).toHaveText('No path matches.');
  await search.fill('conf');
  await found.getByRole('button', { name: '/etc/conf' }).click();
  await expect(page).toHaveURL(/select=%2Fetc%2Fconf/);

  await search.fill('');
  await expect(page.getByRole('treegrid')).toBeVisible();
});
