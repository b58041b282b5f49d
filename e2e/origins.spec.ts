import AxeBuilder from '@axe-core/playwright';
import { formatExactBytes } from '../shared/model/format-bytes.ts';
import { expect } from './support/host.ts';
import { buildProject, test } from './support/project-folder.ts';
import { shop, shopBytes } from './support/shop.ts';

test('an image says what each byte is from, colours by it and filters by it', async ({
  page,
  host,
  writeProject,
}) => {
  test.slow();
  const folder = await writeProject(shop);
  await buildProject(page, host, folder);
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 120_000 });
  await page.goto(host.at(`/image?folder=${encodeURIComponent(folder)}&variant=Dockerfile`));

  const origins = page.getByRole('region', { name: 'Origins' });
  const origin = (name: string) => origins.getByRole('button', { name: new RegExp(name) });
  const tree = page.getByRole('treegrid');
  const row = (text: RegExp) => tree.getByRole('row').filter({ hasText: text });
  const strip = page.getByRole('region', { name: 'Selected path' });

  await test.step('the origins sum to the image', async () => {
    await expect(origin('stage builder').getByTitle(formatExactBytes(shopBytes.program))).toBeVisible();
    await expect(origin('stage assets').getByTitle(formatExactBytes(shopBytes.packed))).toBeVisible();
    await expect(origin('build context').getByTitle(formatExactBytes(shopBytes.style))).toBeVisible();
    await expect(page.getByRole('contentinfo')).toContainText(/Σ origins [\d,]+ B = live ✓/);
  });

  await test.step('choosing one filters every view, and choosing it again no longer', async () => {
    await origin('build context').click();
    await page.getByRole('tab', { name: 'Tree', exact: true }).click();
    await expect(row(/^srv\//).getByTitle(formatExactBytes(shopBytes.style))).toBeVisible();
    await expect(row(/^usr\//)).toHaveCount(0);
    await origin('build context').click();
    await expect(row(/^usr\//)).toBeVisible();
  });

  await test.step('a file says where it is from, and leads to all of its line', async () => {
    for (const name of ['srv', 'assets']) await tree.getByRole('button', { name: `Expand ${name}` }).click();
    const all = row(/^all350 kB/);
    await expect(all).toContainText('assets, line 5');
    await all.click();
    await expect(strip).toContainText('stage assets, line 5');
    await strip.getByRole('button', { name: 'All from this line' }).click();
    await expect(row(/^usr\//)).toHaveCount(0);
    await expect(page.getByRole('list', { name: 'Filter' })).toContainText('only line 5: RUN mkdir /packed');
  });

  await test.step('colours are of origins or of layers, in the address', async () => {
    await page.getByRole('radio', { name: 'Layer' }).click({ force: true });
    await expect(page).toHaveURL(/colour=layer/);
    await page.reload();
    await expect(page.getByRole('radio', { name: 'Layer' })).toBeChecked();
    await page.getByRole('radio', { name: 'Origin' }).click({ force: true });
    await expect(page).not.toHaveURL(/colour=/);
  });

  await test.step('a range of layers is chosen with Shift', async () => {
    await page.goto(host.at(`/image?folder=${encodeURIComponent(folder)}&variant=Dockerfile&view=tree`));
    const layers = page.getByRole('listbox', { name: /^Layers/ }).getByRole('option');
    await layers.nth(1).click();
    await layers.nth(3).click({ modifiers: ['Shift'] });
    await expect(page.getByRole('list', { name: 'Filter' })).toContainText('only layers 2 to 4');
    await expect(
      page.getByRole('listbox', { name: /^Layers/ }).getByRole('option', { selected: true }),
    ).toHaveCount(3);
    await expect(row(/^srv\//)).toBeVisible();
    await expect(row(/^bin/)).toHaveCount(0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
