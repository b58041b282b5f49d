import { randomUUID } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { ComparisonDocument } from '../shared/model/comparison-document.ts';
import { formatBytes, formatCount, formatExactBytes, formatPercent } from '../shared/model/format-bytes.ts';
import type { ProjectDocument } from '../shared/model/project-document.ts';
import { printed } from './support/command-line.ts';
import { copyExample, temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';

const single = 'Dockerfile.single';
const multi = 'Dockerfile';

/** The example, with a change that no cache has seen and a compiler that says what it does. */
async function freshExample(below: string): Promise<string> {
  const folder = await copyExample('go-hello', below);
  await appendFile(join(folder, 'main.go'), `\n// ${randomUUID()}\n`);
  for (const name of [single, multi]) {
    const text = await readFile(join(folder, name), 'utf8');
    await writeFile(join(folder, name), text.replace('go build -o', 'go build -v -o'));
  }
  await appendFile(join(folder, multi), 'RUN echo only here > /only-right.txt\n');
  return folder;
}

async function openProject(page: Page, folder: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Open a project folder or an image archive' });
  await field.fill(folder);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'go-hello' })).toBeVisible();
}

/** What stands above a table of this many rows. */
function rowCount(rows: number): string {
  return `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}, Σ`;
}

/** What stands in the tooltip of a size, as a number of bytes. */
function exactBytes(title: string): number {
  return Number(title.replaceAll(',', '').replace('−', '-').replace(/ B.*$/, ''));
}

function variantOf(document: ProjectDocument, name: string) {
  const variant = document.variants.find((candidate) => candidate.name === name);
  if (!variant?.image || variant.image.sizes.live === null) throw new Error(`${name} was not built`);
  return { ...variant, image: variant.image, live: variant.image.sizes.live };
}

/** Sizes of the rows on screen at one level of a tree, in bytes. */
async function sizesAtLevel(tree: Locator, level: number): Promise<number[]> {
  const titles = await tree
    .locator(`[aria-level="${level}"] td:nth-child(2)`)
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title') ?? ''));
  return titles.map(exactBytes);
}

test('builds a project’s variants, compares them and leads to the line behind every byte', async ({
  page,
  host,
}) => {
  test.slow();
  await using temporary = await temporaryFolder();
  await using otherCache = await temporaryFolder();
  const folder = await freshExample(temporary.path);
  await page.goto(host.url);
  await openProject(page, folder);

  await test.step('the project shows its Dockerfiles, stages and variants', async () => {
    const card = page.getByRole('article', { name: multi, exact: true });
    await expect(
      card.getByRole('img', { name: /builder starts from golang:1\.22;.*copies from builder at line 9/ }),
    ).toBeVisible();
    await expect(card.getByText('builder', { exact: true })).toBeVisible();
    await expect(card.getByRole('checkbox', { name: 'multi-stage, 2 stages' })).toBeChecked();
    const other = page.getByRole('article', { name: single });
    await expect(other.getByRole('checkbox', { name: /single-stage.*baseline/ })).toBeChecked();
    await page.getByRole('combobox', { name: 'Network of RUN' }).selectOption('host');
  });

  await test.step('the first build asks whether the folder is trusted, and no is no', async () => {
    await page.getByRole('button', { name: 'Build and compare' }).click();
    const dialog = page.getByRole('dialog', { name: 'Trust this folder?' });
    await expect(dialog).toContainText('Building runs this folder’s code');
    await expect(dialog).toContainText(folder);
    await dialog.getByRole('button', { name: 'Do not build' }).click();
    await expect(dialog).toBeHidden();
    await expect(page).toHaveURL(/\/project\?/);
    await page.getByRole('button', { name: 'Build and compare' }).click();
    await dialog.getByRole('button', { name: 'Trust and build' }).click();
  });

  await test.step('the build shows each variant’s steps, their lines and what they print', async () => {
    await expect(page.getByRole('heading', { level: 1, name: /^Building \d variants$/ })).toBeVisible();
    const card = page.getByRole('region', { name: `Variant ${single}`, exact: true });
    await expect(page.getByRole('region', { name: `Variant ${multi}`, exact: true })).toBeVisible();
    const step = card.getByRole('button', { name: /RUN go build -v.*line 6/ });
    await step.click();
    await expect(card.getByRole('region', { name: /^Log of RUN go build/ })).toContainText(
      'layerscope.dev/examples/go-hello',
    );
  });

  // The comparison comes by itself when all is built.
  const headline = page.getByRole('heading', { level: 1 });
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 240_000 });
  const document = await printed<ProjectDocument>(otherCache.path, 'build', folder, '--network', 'host');
  const left = variantOf(document, single);
  const right = variantOf(document, multi);

  await test.step('the headline says what the command line says, to the byte', async () => {
    const sizes = headline.getByRole('button');
    await expect(sizes.first()).toHaveText(formatBytes(left.live));
    await expect(sizes.first()).toHaveAttribute('title', `${formatExactBytes(left.live)}, click to copy`);
    await expect(sizes.last()).toHaveText(formatBytes(right.live));
    await expect(sizes.last()).toHaveAttribute('title', `${formatExactBytes(right.live)}, click to copy`);
    expect(right.live).toBeLessThan(left.live);
    const change = formatPercent((right.live - left.live) / left.live, { sign: true });
    expect(change).toMatch(/^−\d+ %$/);
    await expect(page.getByRole('main').getByText(change, { exact: true })).toBeVisible();
    await expect(page.getByText(`${formatBytes(left.live - right.live)} smaller`)).toBeVisible();
  });

  await test.step('every variant has its bar, and the sums of the origins agree', async () => {
    for (const { name } of document.variants) {
      const bar = page
        .getByRole('listitem')
        .filter({ has: page.getByText(name, { exact: true }), hasText: 'stage' });
      await expect(bar).toContainText(formatBytes(variantOf(document, name).live));
    }
    for (const { name, live } of [left, right]) {
      const sum = `Σ origins of ${name} ${formatExactBytes(live)} = live ✓`;
      await expect(page.getByRole('contentinfo')).toContainText(sum);
    }
  });

  await page.getByRole('tab', { name: 'Side by side' }).click();
  const leftMap = page.getByRole('region', { name: single, exact: true }).getByRole('tree');
  const rightMap = page.getByRole('region', { name: multi, exact: true }).getByRole('tree');
  const strip = page.getByRole('region', { name: 'Selected path' });
  const shown = page.getByRole('navigation', { name: 'Directory shown' });

  await test.step('what is selected in one picture is selected in the other', async () => {
    await leftMap.focus();
    await page.keyboard.press('Space');
    const chosen = leftMap.getByRole('treeitem', { selected: true });
    await expect(chosen).toHaveAccessibleName(/^usr, directory/);
    await expect(rightMap.getByRole('treeitem', { selected: true })).toHaveAccessibleName(/^usr, directory/);
    await expect(strip).toContainText('/usr');
  });

  await test.step('both zoom into a directory together, and back is the browser’s back', async () => {
    await page.keyboard.press('Enter');
    await expect(shown.getByText('usr', { exact: true })).toBeVisible();
    await expect(rightMap).toHaveAccessibleName(/below \/usr by size/);
    await page.goBack();
    await expect(shown.getByText('usr', { exact: true })).toBeHidden();
    await expect(leftMap).toHaveAccessibleName(/below \/ by size/);
    await page.goForward();
    await shown.getByRole('button', { name: '/', exact: true }).click();
    await expect(rightMap).toHaveAccessibleName(/below \/ by size/);
  });

  await test.step('the table of changes is the command line’s', async () => {
    const top = 12;
    const compared = await printed<ComparisonDocument>(
      otherCache.path,
      'compare',
      left.image.id,
      right.image.id,
      '--top',
      String(top),
    );
    const { totals, changes } = compared;
    if (!totals || !changes) throw new Error('the command line knows no changes');
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByRole('radio', { name: 'List' }).click();
    const table = page.getByRole('grid', { name: 'Changes, the largest difference first' });
    const rows = table.getByRole('row').filter({ has: page.getByRole('gridcell') });
    for (const [index, row] of changes.items.entries()) {
      await expect(rows.nth(index)).toContainText(row.path);
      const difference = formatExactBytes((row.right ?? 0) - (row.left ?? 0));
      await expect(rows.nth(index).getByTitle(difference, { exact: true }).last()).toBeVisible();
    }
    const differences = changes.items.map((row) => Math.abs((row.right ?? 0) - (row.left ?? 0)));
    expect(differences).toEqual(differences.toSorted((a, b) => b - a));

    const onlyLeft = page.getByRole('button', { name: /only left/ });
    await expect(onlyLeft).toContainText(formatCount(totals.removed.files));
    await expect(onlyLeft).toContainText(formatBytes(totals.removed.bytes));
    const onlyRight = page.getByRole('button', { name: /only right/ });
    await onlyRight.click();
    await expect(page.getByText(rowCount(totals.added.files))).toBeVisible();
    await expect(rows.filter({ hasText: 'only right' })).not.toHaveCount(0);
    await expect(rows.filter({ hasNotText: 'only right' })).toHaveCount(0);
    await expect(rows.filter({ hasText: '/only-right.txt' })).toBeVisible();

    await onlyRight.click();
    await onlyLeft.click();
    await expect(page.getByText(rowCount(totals.removed.files))).toBeVisible();
    await expect(rows.filter({ hasNotText: 'only left' })).toHaveCount(0);
    await rows.first().click();
    await expect(strip).toContainText('not in this image');
    await page.getByRole('tab', { name: 'Side by side' }).click();
    await expect(leftMap.getByRole('treeitem', { selected: true })).toHaveCount(1);
    await expect(rightMap.getByRole('treeitem', { selected: true })).toHaveCount(0);
  });

  await test.step('an image shows each layer’s line, stage and bytes', async () => {
    await page.getByRole('link', { name: `Open ${multi}`, exact: true }).click();
    const layers = page.getByRole('listbox', { name: /^Layers/ });
    const copied = right.image.layers.find((layer) => layer.createdBy?.includes('COPY'));
    const base = right.image.layers[0];
    if (copied?.live == null || base?.live == null) throw new Error('a layer’s bytes are not known');
    expect(copied.line).toBe(9);
    await expect(layers.getByRole('option')).toHaveCount(right.image.layers.length);
    const bottom = layers.getByRole('option').first();
    await expect(bottom).toContainText('base debian:bookworm-slim');
    await expect(bottom.getByTitle(formatExactBytes(base.live), { exact: true }).first()).toBeVisible();

    const option = layers.getByRole('option').nth(copied.index);
    await expect(option).toContainText('line 9');
    await expect(option).toContainText('COPY /out/hello /usr/local/bin/hello');
    await expect(option).toContainText(`live ${formatBytes(copied.live)}`);
    await option.click();
    const map = page.getByRole('tree', { name: `Files of ${right.image.name} below / by size` });
    await expect(map.getByRole('treeitem')).toHaveAccessibleName(new RegExp(formatBytes(copied.live)));

    await page.getByRole('tab', { name: 'Tree', exact: true }).click();
    const tree = page.getByRole('treegrid');
    await expect
      .poll(async () => (await sizesAtLevel(tree, 1)).reduce((sum, bytes) => sum + bytes, 0))
      .toBe(copied.live);
    await tree.focus();
    await page.keyboard.press('ArrowDown');
    await expect(tree.getByRole('row', { selected: true })).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('ArrowRight');
    await expect(tree.getByRole('row', { selected: true })).toHaveAttribute('aria-expanded', 'true');
    await expect.poll(() => sizesAtLevel(tree, 2)).toEqual([copied.live]);

    await page.getByRole('button', { name: `only layer ${copied.index + 1}` }).click();
    await expect
      .poll(async () => (await sizesAtLevel(tree, 1)).reduce((sum, bytes) => sum + bytes, 0))
      .toBe(right.live);
  });

  await test.step('the second build asks nothing and takes its steps from the cache', async () => {
    await page.getByRole('link', { name: 'go-hello' }).click();
    // It is soon over, so the wait begins before the click.
    const cached = page
      .getByRole('main')
      .getByText(/\d+ of \d+ steps, \d+ cached/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Build and compare' }).click();
    await cached;
    await expect(page).toHaveURL(/\/compare\?/);
    await expect(headline.getByRole('button').last()).toHaveText(formatBytes(right.live));
  });

  await test.step('the start lists the project with its result', async () => {
    await page.getByRole('link', { name: 'Layerscope' }).click();
    const recent = page.getByRole('listitem').filter({ hasText: folder });
    const smallest = Math.min(...document.variants.map(({ name }) => variantOf(document, name).live));
    await expect(recent).toContainText(`${formatBytes(left.live)} → ${formatBytes(smallest)}`);
  });
});
