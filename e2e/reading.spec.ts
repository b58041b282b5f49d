import { join } from 'node:path';
import { writeBigArchive } from '../main/engine/reader/testing/big-archive.ts';
import { temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';

test('a long reading shows bytes and what is left, and can be cancelled', async ({ page, host }) => {
  await using folder = await temporaryFolder();
  const archive = join(folder.path, 'long.tar');
  await writeBigArchive(archive, { name: 'long', files: 10_000, zeros: 20e9, noDigest: true });
  await page.goto(host.at(`/image?${new URLSearchParams({ source: 'archive', path: archive })}`));
  const reading = page.getByText(/ read of about 20 GB, \d.*about \d+ (s|min) left/);
  await expect(reading).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Reading was cancelled' })).toBeVisible({ timeout: 1000 });
});
