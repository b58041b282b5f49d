import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { formatExactBytes } from '../shared/model/format-bytes.ts';
import { docker } from './support/docker.ts';
import { expect } from './support/host.ts';
import { buildProject, openProject, test } from './support/project-folder.ts';
import { shop, shopBytes } from './support/shop.ts';

const { style, toolchain, program } = shopBytes;

/** Bytes in the tooltip of the one size in here. */
async function exact(place: Locator): Promise<number> {
  const title = (await place.locator('[title$=" B"], [title*=" B,"]').first().getAttribute('title')) ?? '';
  return Number(title.replace(/ B.*/, '').replaceAll(',', ''));
}

/** Bytes of the regular files in an image of one layer, as a container of it has them. */
async function liveBytes(reference: string): Promise<number> {
  // The engine mounts three files of its own into every container.
  const list =
    'find / -xdev -type f ! -name hosts ! -name hostname ! -name resolv.conf -exec stat -c "%i %s" {} + | sort -u | cut -d" " -f2';
  const sizes = await docker('run', '--rm', '--network', 'none', reference, 'sh', '-c', list);
  return sizes.split('\n').reduce((sum, size) => sum + Number(size), 0);
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}

test('a stage’s page says what it stands on, what it made and what became of it', async ({
  page,
  host,
  writeProject,
}) => {
  test.slow();
  const folder = await writeProject(shop);
  await buildProject(page, host, folder);
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 120_000 });
  const base = await liveBytes('alpine:3.20');

  await test.step('it is reached from the project’s diagram', async () => {
    await openProject(page, host, folder);
    await page.getByRole('link', { name: 'builder', exact: true }).click();
    await expect(page).toHaveURL(/\/stage\?.*stage=1/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('stage builder');
  });

  const fates = page.getByRole('region', { name: 'What became of it' });
  const fate = (name: string) => fates.getByRole('button', { name: new RegExp(`^${name}`) });
  await test.step('its sums agree, to the byte', async () => {
    expect(await exact(fate('Reached the image'))).toBe(program);
    expect(await exact(fate('In the image as it is'))).toBe(base);
    expect(await exact(fate('Left behind'))).toBe(style + toolchain);
    const live = base + style + toolchain + program;
    await expect(page.getByRole('contentinfo')).toContainText(
      `live ${formatExactBytes(live)} = base ${formatExactBytes(base)} + made ${formatExactBytes(live - base)}`,
    );
    await expect(page.getByRole('contentinfo')).toContainText('✓');
  });

  const lines = page.getByRole('region', { name: 'What it made' });
  await test.step('what it made is told by line', async () => {
    await expect(lines.getByRole('button')).toHaveCount(3);
    expect(await exact(lines.getByRole('button', { name: /toolchain/ }))).toBe(toolchain);
  });

  await test.step('what it left behind is named in groups that sum to it', async () => {
    await page.getByRole('tab', { name: /^Left behind/ }).click();
    const groups = page.getByRole('region', { name: 'What was left behind' });
    const titles = await groups
      .locator('td[title]')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title') ?? ''));
    const sum = titles.reduce(
      (total, title) => total + Number(title.replace(' B', '').replaceAll(',', '')),
      0,
    );
    expect(sum).toBe(style + toolchain);
    await groups.getByRole('row', { name: /\/opt/ }).getByRole('button').click();
    await expect(page.getByRole('tree', { name: /^Files of builder below \/opt/ })).toBeVisible();
    await expect(page).toHaveURL(/fate=leftBehind/);
    await page.goBack();
    await page.getByRole('tab', { name: 'Treemap' }).click();
  });

  const map = page.getByRole('tree', { name: 'Files of builder below / by size' });
  const chips = page.getByRole('list', { name: 'Filter' }).getByRole('button');
  await test.step('what became of it filters its files, together with a line', async () => {
    await fate('Left behind').click();
    await expect(fate('Left behind')).toHaveAttribute('aria-pressed', 'true');
    await expect(map.getByRole('treeitem', { name: /^opt, .*2 MB/ })).toBeAttached();
    await page.getByRole('tab', { name: 'Tree', exact: true }).click();
    const tree = page.getByRole('treegrid');
    const row = (text: RegExp) => tree.getByRole('row').filter({ hasText: text });
    await expect(row(/^opt\//).getByTitle(formatExactBytes(toolchain))).toBeVisible();
    await expect(row(/^src\//).getByTitle(formatExactBytes(style))).toBeVisible();
    await expect(row(/^out\//)).toHaveCount(0);
    await lines.getByRole('button', { name: /COPY assets/ }).click();
    await expect(row(/^opt\//)).toHaveCount(0);
    await expect(chips).toHaveCount(2);
    await page.reload();
    await expect(chips).toHaveCount(2);
    await tree.getByRole('button', { name: 'Expand src' }).click();
    await row(/^style\.css/).click();
    await expect(page.getByRole('region', { name: 'Selected path' })).toContainText('build context, line 9');
  });

  await test.step('other stages are one click away', async () => {
    await page.getByRole('navigation', { name: 'Stages' }).getByRole('link', { name: 'assets' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('stage assets');
    await expect(page.getByRole('navigation', { name: 'Stages' })).toContainText('tester, not built');
    await expectAccessible(page);
    await page.goBack();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('stage builder');
  });

  await test.step('the last stage is the image', async () => {
    await page.getByRole('navigation', { name: 'Stages' }).getByRole('link', { name: 'stage 3' }).click();
    await expect(page.getByRole('tree', { name: 'Files of stage 3 below / by size' })).toBeVisible();
    await lines.getByRole('button', { name: /COPY --from=assets/ }).click();
    await expect(
      page.getByRole('tree').getByRole('treeitem', { name: /^srv\/assets, .*350 kB/ }),
    ).toBeAttached();
    await page.getByRole('link', { name: 'the image', exact: true }).click();
    await expect(page).toHaveURL(/\/image\?.*variant=Dockerfile/);
  });

  await test.step('a stage that was not built, and one that is not there, say so', async () => {
    const stage = (index: number) =>
      host.at(`/stage?folder=${encodeURIComponent(folder)}&variant=Dockerfile&stage=${index}`);
    await page.goto(stage(2));
    await expect(page.getByRole('heading', { name: /Stage tester was not built/ })).toBeVisible();
    await page.goto(stage(9));
    await expect(page.getByRole('heading', { name: /no stage 9/ })).toBeVisible();
    await page.goto(host.at('/stage?stage=1'));
    await expect(page.getByRole('heading', { name: 'This address names no stage' })).toBeVisible();
  });
});
