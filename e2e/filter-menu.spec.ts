import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { buildDockerArchive } from '../main/engine/archive/testing/build-archive.ts';
import { temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';

const layers = [
  [
    { path: 'usr/big', content: 'b'.repeat(5000) },
    { path: 'usr/small', content: 's'.repeat(10) },
    { path: 'etc/conf', content: 'one' },
  ],
  [{ path: 'etc/conf', content: 'other' }, { path: 'usr/.wh.small' }],
];

test('filters an image by change, waste, size and path, which the address keeps', async ({ page, host }) => {
  await using folder = await temporaryFolder();
  const archive = join(folder.path, 'image.tar');
  await writeFile(archive, await buildDockerArchive([{ names: ['app:1'], layers }]));
  await page.goto(host.at(`/image?source=archive&path=${encodeURIComponent(archive)}&view=tree`));
  const tree = page.getByRole('treegrid');
  const row = (text: RegExp) => tree.getByRole('row').filter({ hasText: text });
  const menu = page.getByRole('dialog', { name: 'Filter the files' });
  const chips = page.getByRole('list', { name: 'Filter' }).getByRole('button');
  await expect(row(/^etc\//)).toBeVisible();

  await test.step('by size: at least 1 kB', async () => {
    await page.getByRole('button', { name: 'Filter' }).click();
    await menu.getByLabel('at least').fill('one apple');
    await page.keyboard.press('Enter');
    await expect(menu.getByLabel('at least')).toHaveAttribute('aria-invalid', 'true');
    await menu.getByLabel('at least').fill('1kB');
    await page.keyboard.press('Enter');
    await expect(chips).toHaveText(/only 1 kB or larger/);
    await expect(row(/^etc\//)).toHaveCount(0);
    await expect(row(/^usr\//).getByTitle('5,000 B')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
    await chips.click();
    await expect(row(/^etc\//)).toBeVisible();
  });

  await test.step('by change and by waste', async () => {
    await page.getByRole('button', { name: 'Filter' }).click();
    await menu.getByLabel('modified').click();
    await expect(row(/^etc\//).getByTitle('5 B', { exact: true })).toBeVisible();
    await expect(row(/^usr\//)).toHaveCount(0);
    await menu.getByLabel('modified').click();
    await expect(menu.getByLabel('modified')).not.toBeChecked();
    await menu.getByLabel('deleted').click();
    await expect(row(/^usr\//).getByTitle('10 B', { exact: true })).toBeVisible();
    await page.reload();
    await expect(chips).toHaveText(/only wasted: deleted/);
    await expect(row(/^usr\//).getByTitle('10 B', { exact: true })).toBeVisible();
    await page.goBack();
    await expect(row(/^etc\//)).toBeVisible();
  });

  await test.step('by path', async () => {
    await page.getByRole('button', { name: 'Filter' }).click();
    await menu.getByLabel('matches').fill('/usr/**');
    await page.keyboard.press('Enter');
    await expect(row(/^etc\//)).toHaveCount(0);
    await expect(row(/^usr\//).getByTitle('5,000 B')).toBeVisible();
  });
});
