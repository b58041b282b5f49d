import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { formatExactBytes } from '../shared/model/format-bytes.ts';
import { expect, type Host } from './support/host.ts';
import { buildProject, test } from './support/project-folder.ts';
import { shop, shopBytes } from './support/shop.ts';

const image = (folder: string, view = 'dockerfile') =>
  `/image?folder=${encodeURIComponent(folder)}&variant=Dockerfile&view=${view}`;

async function openDockerfile(page: Page, host: Host, folder: string): Promise<Locator> {
  await buildProject(page, host, folder);
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 120_000 });
  await page.goto(host.at(image(folder)));
  const grid = page.getByRole('grid', { name: /^Lines of Dockerfile/ });
  await expect(grid).toBeVisible();
  return grid;
}

/** The figures of a line to the byte: added, live, wasted, contributed; undefined where there is none. */
async function figures(row: Locator): Promise<(number | undefined)[]> {
  const titles = await row
    .getByRole('gridcell')
    .evaluateAll((cells) => cells.slice(2, 6).map((cell) => cell.getAttribute('title')));
  return titles.map((title) =>
    title === null ? undefined : Number(title.replace(/ B .*/, '').replaceAll(',', '')),
  );
}

test('shows what every line of a Dockerfile did, and the files of the one that is chosen', async ({
  page,
  host,
  writeProject,
}) => {
  test.slow();
  const folder = await writeProject(shop);
  const grid = await openDockerfile(page, host, folder);
  const line = (text: string | RegExp) => grid.getByRole('row').filter({ hasText: text });
  const { logo, style, packed, toolchain, program, cache } = shopBytes;

  await test.step('the figures are those of the files, to the byte', async () => {
    expect(await figures(line('COPY assets /assets'))).toEqual([logo + style, logo + style, 0, 0]);
    expect(await figures(line('RUN mkdir /packed'))).toEqual([packed, packed, 0, packed]);
    expect(await figures(line('/opt/toolchain'))).toEqual([toolchain, toolchain, 0, 0]);
    expect(await figures(line('> /out/shop'))).toEqual([program, program, 0, program]);
    expect(await figures(line('COPY --from=builder'))).toEqual([program, 0, program, 0]);
    expect(await figures(line('COPY --from=assets'))).toEqual([packed, packed, 0, 0]);
    expect(await figures(line('COPY assets/style.css /srv'))).toEqual([style, style, 0, style]);
    expect(await figures(line('chmod'))).toEqual([program, program, 0, 0]);
    expect(await figures(line('> /tmp/cache'))).toEqual([cache, 0, cache, 0]);
    expect(await figures(line('USER nobody'))).toEqual([undefined, undefined, undefined, 0]);
    // The last FROM is all that the image has from elsewhere.
    const [added, live, wasted, contributed] = await figures(line(/^16/));
    expect([live, wasted, contributed]).toEqual([added, 0, added]);
    const whole = added! + packed + program + style;
    await expect(page.getByText(`Σ lines ${formatExactBytes(whole)} = live ✓`)).toBeVisible();
  });

  await test.step('what wastes is named at its line, with what to do and what that saves', async () => {
    await expect(line('Use COPY --chmod on line 17 instead of chmod on line 20')).toContainText(
      'saves 700 kB',
    );
    await expect(line('Join the RUNs on lines 21 and 22 into one')).toContainText('saves 1.5 MB');
  });

  await test.step('a stage that the image does without says so, and its text is text', async () => {
    await expect(line('Stage 2 tester')).toContainText('not built');
    await expect(line('Stage 0 assets')).toContainText('350 kB left behind');
    await expect(line('<img src=x onerror=alert(1)>')).toBeVisible();
    await expect(page.locator('img')).toHaveCount(0);
    expect(await figures(line('/tested'))).toEqual([undefined, undefined, undefined, undefined]);
  });

  const map = page.getByRole('tree', { name: /^Files of / });
  const chip = page.getByRole('list', { name: 'Filter' }).getByRole('button');
  await test.step('a click selects the files of a line, also of one in another stage', async () => {
    await line('> /out/shop').click();
    await expect(line('> /out/shop')).toHaveAttribute('aria-selected', 'true');
    await expect(chip).toContainText('only line 11: RUN mkdir /out');
    await expect(map.getByRole('treeitem', { name: /^usr\/local\/bin, .*700 kB/ })).toBeAttached();
    await line('/opt/toolchain').click();
    await expect(page.getByText('Nothing of this line is in the image.')).toBeVisible();
    await expect(map).toContainText('Nothing here takes up any bytes.');
    await page.goBack();
    await expect(line('> /out/shop')).toHaveAttribute('aria-selected', 'true');
    await page.reload();
    await expect(line('> /out/shop')).toHaveAttribute('aria-selected', 'true');
    await expect(chip).toContainText('only line 11: RUN mkdir /out');
  });

  await test.step('the filter holds in the tree, and goes with its chip', async () => {
    await page.getByRole('tab', { name: 'Tree', exact: true }).click();
    const tree = page.getByRole('treegrid');
    await expect(tree.getByRole('row', { name: /usr/ }).getByTitle(formatExactBytes(program))).toBeVisible();
    await expect(tree.getByRole('row', { name: /srv/ })).toHaveCount(0);
    await chip.focus();
    await page.keyboard.press('Enter');
    await expect(tree.getByRole('row', { name: /srv/ })).toBeVisible();
    expect(new URL(page.url()).searchParams.has('line')).toBe(false);
  });

  await test.step('the keyboard goes from instruction to instruction', async () => {
    await page.goto(host.at(image(folder)));
    await grid.focus();
    await page.keyboard.press('Home');
    // FROM, COPY, and then the RUN of two lines.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(chip).toContainText('only line 5: RUN mkdir /packed');
    await expect(line('&& cat /assets/logo')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(chip).toContainText('only line 8: FROM');
    await page.keyboard.press('Escape');
    await expect(chip).toHaveCount(0);
  });

  await test.step('what a line wasted can be shown too', async () => {
    await line('> /tmp/cache').first().click();
    await page.getByRole('button', { name: 'Show what' }).click();
    await expect(map.getByRole('treeitem', { name: /^tmp, .*1\.5 MB/ })).toBeAttached();
  });

  await test.step('the comparison has it too, and its filter and selection go on to the image', async () => {
    await page.goto(
      host.at(
        `/compare?folder=${encodeURIComponent(folder)}&left=Dockerfile%23builder&right=Dockerfile&tab=dockerfile`,
      ),
    );
    await line('> /out/shop').click();
    await expect(map.getByRole('treeitem', { name: /^usr\/local\/bin, .*700 kB/ })).toBeAttached();
    await page.getByRole('radio', { name: 'Dockerfile#builder' }).click({ force: true });
    await expect(map.getByRole('treeitem', { name: /^out, .*700 kB/ })).toBeAttached();
    await map.click();
    await page.getByRole('link', { name: 'Open Dockerfile', exact: true }).click();
    await expect(chip).toContainText('only line 11: RUN mkdir /out');
    await expect(page.getByRole('region', { name: 'Selected path' })).toContainText('/out/shop');
    await page.getByRole('tab', { name: 'Dockerfile', exact: true }).click();
    await expect(line('> /out/shop')).toHaveAttribute('aria-selected', 'true');
    await page.getByRole('button', { name: /remove this filter/ }).click();
  });

  await test.step('axe finds nothing, in light and dark', async () => {
    await line('> /out/shop').click();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  });
});

test('says where a Dockerfile is no longer the one that was built, and draws one of 3,000 lines', async ({
  page,
  host,
  writeProject,
}) => {
  const env = Array.from({ length: 3000 }, (_, index) => `# ${index}`).join('\n');
  const folder = await writeProject({
    Dockerfile: `FROM alpine:3.20 AS builder\nRUN head -c 1000 /dev/zero > /made\n${env}\nFROM alpine:3.20\nCOPY --from=builder /made /made\n`,
  });
  const grid = await openDockerfile(page, host, folder);
  await expect(grid).toHaveAttribute('aria-rowcount', '3007');
  expect(await grid.getByRole('row').count()).toBeLessThan(150);
  await grid.focus();
  await page.keyboard.press('End');
  const last = grid.getByRole('row').filter({ hasText: 'COPY --from=builder' });
  await expect(last).toBeVisible();
  expect(await figures(last)).toEqual([1000, 1000, 0, 0]);

  await writeFile(
    join(folder, 'Dockerfile'),
    'FROM alpine:3.20 AS builder\nRUN head -c 1000 /dev/zero > /made\nRUN true\nFROM alpine:3.20\nCOPY --from=builder /made /made\n',
  );
  await page.reload();
  await expect(page.getByText(/This Dockerfile has changed since the build/)).toBeVisible();
  expect(await figures(grid.getByRole('row').filter({ hasText: '> /made' }))).toEqual([1000, 1000, 0, 1000]);
  expect(await figures(grid.getByRole('row').filter({ hasText: 'COPY --from' }))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
