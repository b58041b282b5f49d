import { expectAccessible } from './support/accessible.ts';
import { copyExample, temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';
import { openProject } from './support/project-folder.ts';

test('every screen is accessible, in light and dark', async ({ page, host }) => {
  test.slow();
  await using temporary = await temporaryFolder();
  const folder = await copyExample('go-hello', temporary.path);

  await page.goto(host.url);
  await expect(
    page.getByRole('grid', { name: 'Images of the engine' }).getByRole('gridcell').first(),
  ).toBeVisible();
  await expectAccessible(page, 'start');

  await openProject(page, host, folder);
  await expect(page.getByRole('checkbox').first()).toBeVisible();
  await expectAccessible(page, 'project');

  await page.getByLabel('Network of RUN').selectOption('host');
  await page.getByRole('button', { name: 'Build and compare' }).click();
  await expect(page.getByRole('dialog', { name: 'Trust this folder?' })).toBeVisible();
  await expectAccessible(page, 'trust');

  await page.getByRole('button', { name: 'Trust and build' }).click();
  await expect(page.getByRole('region', { name: 'Variant Dockerfile', exact: true })).toBeVisible();
  await expectAccessible(page, 'building');

  await expect(page).toHaveURL(/\/compare\?/, { timeout: 240_000 });
  const chart = page.getByRole('group', { name: 'Where the bytes of Dockerfile come from' });
  await expect(chart).toBeVisible();
  await expectAccessible(page, 'compare, flow');
  await chart.getByRole('button', { name: /^builder to/ }).press('Enter');
  await expect(page.getByRole('button', { name: /remove this filter$/ })).toBeVisible();
  await expectAccessible(page, 'compare, a flow selected');
  await page.getByRole('button', { name: /remove this filter$/ }).click();
  await page.getByRole('tab', { name: 'Why' }).click();
  await expect(page.getByRole('region', { name: 'Layers' }).getByRole('row').first()).toBeVisible();
  await expectAccessible(page, 'compare, why');
  await page.getByRole('tab', { name: 'Side by side' }).click();
  await expect(page.getByRole('tree')).toHaveCount(2);
  await expectAccessible(page, 'compare, side by side');
  await page.getByRole('tab', { name: 'Changes' }).click();
  await expect(page.getByRole('gridcell').first()).toBeVisible();
  await expectAccessible(page, 'compare, changes');

  await page.getByRole('link', { name: 'Open Dockerfile', exact: true }).click();
  await expect(page.getByRole('tree')).toBeVisible();
  await expectAccessible(page, 'image, treemap');
  await page.getByRole('tab', { name: 'Tree', exact: true }).click();
  await expect(page.getByRole('treegrid')).toBeVisible();
  await expectAccessible(page, 'image, tree');
});
