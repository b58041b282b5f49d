import AxeBuilder from '@axe-core/playwright';
import { formatExactBytes } from '../shared/model/format-bytes.ts';
import { expect } from './support/host.ts';
import { buildProject, test } from './support/project-folder.ts';

const kilobytes = (count: number) => `head -c ${count * 1000} /dev/zero`;

/** Both have /data/same; the rest is on one side, other, moved, or of another mode. */
const project = {
  'Dockerfile.left': `FROM alpine:3.20
RUN mkdir -p /data/cache /old && ${kilobytes(400)} > /data/cache/large && ${kilobytes(7)} > /data/same \\
  && ${kilobytes(20)} > /data/log && echo moved away > /old/name && touch -d @0 /data/same
`,
  'Dockerfile.right': `FROM alpine:3.20
RUN mkdir -p /data /new && ${kilobytes(7)} > /data/same && ${kilobytes(50)} > /data/log \\
  && echo moved away > /new/name && touch -d @0 /data/same && chmod 700 /data/same
`,
};

test('what differs is a tree with sums, sorted by what saves most', async ({ page, host, writeProject }) => {
  const folder = await writeProject(project);
  await buildProject(page, host, folder);
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 60_000 });
  const address = (parts: string) =>
    host.at(
      `/compare?folder=${encodeURIComponent(folder)}&left=Dockerfile.left&right=Dockerfile.right&${parts}`,
    );
  await page.goto(address('tab=changes'));
  const tree = page.getByRole('treegrid', { name: 'Changes by directory' });
  const row = (text: RegExp) => tree.getByRole('row').filter({ hasText: text });
  const difference = (bytes: number) => formatExactBytes(bytes);

  await test.step('directories have the sums of what is below, the largest difference first', async () => {
    await expect(row(/^data\//).getByTitle(difference(-370_000), { exact: true })).toBeVisible();
    await expect(row(/^data\//)).toContainText('3 paths');
    const first = tree.getByRole('row').nth(1);
    await expect(first).toContainText('data/');
    await expect(page.getByText(/^4 rows, Σ −370 kB$/)).toBeVisible();
  });

  await test.step('they open by mouse and by keyboard down to the paths that changed', async () => {
    await tree.getByRole('button', { name: 'Expand data' }).click();
    await expect(row(/^cache\//)).toContainText('only left, 1 path');
    await expect(row(/^log≠changed/).getByTitle(difference(30_000), { exact: true })).toBeVisible();
    await expect(row(/^same~metadata/)).toBeVisible();
    await row(/^cache\//).click();
    await tree.focus();
    await page.keyboard.press('ArrowRight');
    await expect(row(/^large−only left/)).toBeVisible();
    await page.keyboard.press('ArrowRight');
    await expect(row(/^large/)).toHaveAttribute('aria-selected', 'true');
    await expect(page).toHaveURL(/select=%2Fdata%2Fcache%2Flarge/);
    await page.reload();
    await expect(row(/^large/)).toHaveAttribute('aria-selected', 'true');
  });

  await test.step('a moved file says where it was', async () => {
    await tree.getByRole('button', { name: 'Expand new' }).click();
    await expect(row(/^name ← \/old\/name/)).toContainText('moved');
    await expect(tree.getByRole('row').filter({ hasText: /^old\// })).toHaveCount(0);
  });

  await test.step('Enter goes into a directory, Escape out, and kinds and order hold', async () => {
    await row(/^data\//).click();
    await tree.focus();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/path=%2Fdata/);
    await expect(row(/^data\//)).toHaveCount(0);
    await page.getByRole('button', { name: /metadata/ }).click();
    await expect(page.getByText(/^1 rows?, Σ/)).toBeVisible();
    await expect(row(/^same~metadata/)).toBeVisible();
    await page.getByRole('button', { name: /metadata/ }).click();
    await page.getByRole('button', { name: /^Path/ }).click();
    await expect(page).toHaveURL(/sort=name/);
    await expect(tree.getByRole('row').nth(1)).toContainText('cache/');
    await expect(tree.getByRole('row').nth(3)).toContainText('same');
    await tree.focus();
    await page.keyboard.press('Escape');
    await expect(row(/^data\//)).toBeVisible();
  });

  await test.step('the list stays beside it, and axe finds nothing in either', async () => {
    for (const mode of ['Tree', 'List']) {
      await page.getByRole('radio', { name: mode, exact: true }).click({ force: true });
      await expect(page.getByRole('radio', { name: mode, exact: true })).toBeChecked();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
    await expect(page.getByRole('grid', { name: /^Changes/ }).getByText('/data/cache/large')).toBeVisible();
  });

  await test.step('what is selected elsewhere is what differs here, in the tree, the list and the kinds', async () => {
    // Line 2 of the right Dockerfile made what only that image has.
    await page.goto(address('tab=changes&line=0%3A2&of=Dockerfile.right'));
    await expect(page.getByRole('button', { name: /: remove this filter$/ })).toBeVisible();
    await expect(tree.getByRole('row').filter({ hasText: /^old\// })).toHaveCount(0);
    await expect(page.getByText(/^3 rows, Σ /)).toBeVisible();
    await expect(page.getByRole('button', { name: /^only left 0/ })).toBeVisible();
    await page.getByRole('radio', { name: 'List', exact: true }).click({ force: true });
    const list = page.getByRole('grid', { name: /^Changes/ });
    await expect(list.getByText('/data/log')).toBeVisible();
    await expect(list.getByText('/data/cache/large')).toHaveCount(0);
    await page.getByRole('button', { name: /: remove this filter$/ }).click();
    await expect(list.getByText('/data/cache/large')).toBeVisible();
  });
});
