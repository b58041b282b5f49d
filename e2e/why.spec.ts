import type { ComparisonDocument, Sentence } from '../shared/model/comparison-document.ts';
import { formatBytes, formatExactBytes } from '../shared/model/format-bytes.ts';
import { printed } from './support/command-line.ts';
import { temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';

const [left, right] = ['debian:bookworm', 'debian:bookworm-slim'];

function words(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : formatBytes(part.bytes))).join('');
}

test('says why two images differ that were not built here', async ({ page, host }) => {
  test.slow();
  await using cache = await temporaryFolder();
  const document = await printed<ComparisonDocument>(cache.path, 'compare', left, right, '--top', '5');
  const { difference, directories, packages, layers, config } = document;
  if (!difference || !directories || !packages) throw new Error('the command line does not say why');
  await page.goto(host.at(`/compare?leftSource=engine:${left}&rightSource=engine:${right}`));
  await page.getByRole('tab', { name: 'Why' }).click();
  const region = (name: string) => page.getByRole('region', { name, exact: true });

  await test.step('the verdict and the reasons are the command line’s', async () => {
    const reasons = region('The reasons');
    await expect(reasons.getByRole('paragraph')).toHaveText(words(difference.verdict));
    expect(difference.reasons.length).toBeGreaterThan(0);
    await expect(reasons.getByRole('listitem')).toHaveCount(difference.reasons.length);
    for (const [index, reason] of difference.reasons.entries()) {
      await expect(reasons.getByRole('listitem').nth(index)).toContainText(words(reason.sentence));
    }
  });

  await test.step('so are directories, packages, layers and the configuration, to the byte', async () => {
    const rows = (name: string) =>
      region(name)
        .getByRole('row')
        .filter({ has: page.getByRole('cell') });
    for (const [index, row] of directories.items.entries()) {
      const difference = (row.right ?? 0) - (row.left ?? 0);
      const shown = rows('Directories').nth(index);
      await expect(shown).toContainText(row.path);
      await expect(shown.getByTitle(formatExactBytes(difference), { exact: true })).toBeVisible();
    }
    await expect(region('Directories').getByRole('heading')).toContainText(/\d+ differ/);
    for (const [index, row] of packages.items.entries()) {
      const difference = (row.right?.bytes ?? 0) - (row.left?.bytes ?? 0);
      const shown = rows('Packages').nth(index);
      await expect(shown).toContainText(row.name);
      await expect(shown.getByTitle(formatExactBytes(difference), { exact: true })).toBeVisible();
    }
    const counts = [layers.shared, layers.left, layers.right];
    for (const [index, { layers: count, bytes }] of counts.entries()) {
      await expect(rows('Layers').nth(index)).toContainText(`${count}${formatBytes(bytes!)}`);
    }
    await expect(rows('Configuration')).toHaveCount(config.length);
  });

  await test.step('a directory leads to itself in every view', async () => {
    const { path } = directories.items[0]!;
    await region('Directories').getByRole('button', { name: path, exact: true }).click();
    await expect(region('Selected path')).toContainText(path);
    await page.getByRole('tab', { name: 'Side by side' }).click();
    await expect(page.getByRole('treeitem', { selected: true })).toHaveCount(2);
  });

  await test.step('without a build there is no flow, and layers are what sums up', async () => {
    await expect(page.getByRole('tab', { name: 'Flow' })).toHaveCount(0);
    for (const { name, sizes } of [document.left, document.right]) {
      const sum = `Σ layers of ${name} ${formatExactBytes(sizes.live!)} = live ✓`;
      await expect(page.getByRole('contentinfo')).toContainText(sum);
    }
  });
});
