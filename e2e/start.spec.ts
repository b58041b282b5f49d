import { join } from 'node:path';
import { formatBytes } from '../shared/model/format-bytes.ts';
import { docker, saveImage } from './support/docker.ts';
import { copyExample, temporaryFolder } from './support/folders.ts';
import { expect, test } from './support/host.ts';
import { required } from './support/required.ts';

test('shows the engine and its images as docker images does', async ({ page, host }) => {
  const version = await docker('version', '--format', '{{.Server.Version}}');
  const size = Number(await docker('image', 'inspect', '--format', '{{.Size}}', 'debian:bookworm'));
  await page.goto(host.url);

  await expect(page.getByRole('contentinfo')).toContainText(`Docker ${version}`);
  const table = page.getByRole('grid', { name: 'Images of the engine' });
  await page.getByRole('searchbox', { name: 'Filter images' }).fill('debian');
  const row = table.getByRole('row').filter({
    has: page.getByRole('gridcell', { name: 'bookworm', exact: true }),
  });
  await expect(row.getByRole('gridcell').first()).toHaveText('debian');
  await expect(row.getByRole('gridcell').last()).toHaveText(formatBytes(size));

  await row.click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('debian:bookworm');
});

test('completes a typed folder by the keyboard alone and opens it', async ({ page, host }) => {
  await using temporary = await temporaryFolder();
  const folder = await copyExample('go-hello', temporary.path);
  await page.goto(host.url);

  const field = page.getByRole('combobox', { name: 'Open a project folder or an image archive' });
  await field.focus();
  await page.keyboard.type(join(temporary.path, 'go'));
  await expect(page.getByRole('option', { name: 'has a Dockerfile' })).toContainText(folder);
  await page.keyboard.press('Tab');
  await expect(field).toHaveValue(new RegExp(`^${folder}/?$`));
  await page.keyboard.press('Enter');

  await expect(page.getByRole('heading', { level: 1, name: 'go-hello' })).toBeVisible();
  await expect(page.getByRole('article', { name: 'Dockerfile.single' })).toBeVisible();

  await page.getByRole('link', { name: 'Layerscope' }).click();
  const recent = page.getByRole('listitem').filter({ hasText: folder });
  await expect(recent).toContainText('not built yet');
  await recent.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'go-hello' })).toBeVisible();

  await page.goBack();
  await recent.getByRole('button', { name: 'Forget go-hello' }).click();
  await expect(recent).toHaveCount(0);
});

test('offers to pull an image that the engine does not have, and opens it then', async ({ page, host }) => {
  const reference = `${required('LAYERSCOPE_TEST_REGISTRY')}/debian:bookworm`;
  await page.goto(host.url);
  await page.getByRole('textbox', { name: 'Open an image by name' }).fill(reference);
  await page.getByRole('button', { name: 'Open image' }).click();
  await expect(page.getByText(`The engine has no image ${reference}`)).toBeVisible();

  try {
    // Layers that the engine has already make a pull too quick to see; docker-engine.integration.test.ts holds its progress.
    const opened = page.getByRole('heading', { level: 1 }).filter({ hasText: reference });
    const progress = page.getByRole('progressbar', { name: `Pulling ${reference}` });
    await page.getByRole('button', { name: 'Pull' }).click();
    await expect(progress.or(opened).first()).toBeVisible();
    await expect(opened).toBeVisible();
    await expect(page.getByRole('contentinfo')).toContainText('= live ✓');
  } finally {
    await docker('rmi', reference);
  }
});

for (const gzip of [false, true]) {
  test(`opens an archive of docker save${gzip ? ' in gzip' : ''} by its path`, async ({ page, host }) => {
    await using temporary = await temporaryFolder();
    const archive = join(temporary.path, gzip ? 'alpine.tar.gz' : 'alpine.tar');
    await saveImage('alpine:3.20', archive, { gzip });
    await page.goto(host.url);

    const field = page.getByRole('combobox', { name: 'Open a project folder or an image archive' });
    await field.fill(archive);
    await page.getByRole('button', { name: 'Open', exact: true }).click();

    await expect(page.getByRole('heading', { level: 1 })).toContainText('alpine:3.20');
    await expect(page.getByRole('contentinfo')).toContainText('= live ✓');
  });
}
