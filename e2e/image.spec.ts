import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatExactBytes } from '../shared/model/format-bytes.ts';
import { docker, saveImage } from './support/docker.ts';
import { temporaryFolder } from './support/folders.ts';
import { expect, type Host, test } from './support/host.ts';

const engineImage = (host: Host, reference: string) =>
  host.at(`/image?source=engine&ref=${encodeURIComponent(reference)}`);
const archiveImage = (host: Host, path: string) =>
  host.at(`/image?source=archive&path=${encodeURIComponent(path)}`);

/** Builds an image of one Dockerfile with files beside it; removed when done with. */
async function buildImage(
  dockerfile: string,
  files: Readonly<Record<string, string>>,
  label = 'of=e2e',
): Promise<AsyncDisposable & { readonly tag: string }> {
  await using context = await temporaryFolder();
  const tag = `layerscope-e2e:${randomUUID()}`;
  await writeFile(join(context.path, 'Dockerfile'), dockerfile);
  await mkdir(join(context.path, 'files'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(context.path, 'files', name), content);
  }
  await docker('build', '--label', label, '--tag', tag, context.path);
  return {
    tag,
    [Symbol.asyncDispose]: async () => {
      await docker('rmi', tag);
    },
  };
}

test('shows an image of the engine: its sizes, its layers, its files and how it runs', async ({
  page,
  host,
}) => {
  const [reported, layers] = await Promise.all([
    docker('image', 'inspect', '--format', '{{.Size}}', 'debian:bookworm'),
    docker('image', 'inspect', '--format', '{{len .RootFS.Layers}}', 'debian:bookworm'),
  ]);
  await page.goto(engineImage(host, 'debian:bookworm'));

  const facts = page.locator('main dl').first();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('debian:bookworm');
  await expect(facts.getByTitle(formatExactBytes(Number(reported)))).toBeVisible();
  await expect(page.getByRole('listbox', { name: /^Layers/ }).getByRole('option')).toHaveCount(
    Number(layers),
  );
  await expect(page.getByRole('contentinfo')).toContainText('= live ✓');

  await page.getByRole('tab', { name: 'Tree', exact: true }).click();
  const tree = page.getByRole('treegrid');
  await tree.getByRole('button', { name: 'Expand etc' }).click();
  const release = tree.getByRole('row').filter({ hasText: 'debian_version' });
  await tree.focus();
  await expect(tree.getByRole('button', { name: 'Collapse etc' })).toBeVisible();
  await page.getByRole('button', { name: /^Name/ }).click();
  await expect(page).toHaveURL(/sort=name/);
  await tree.getByRole('button', { name: 'Expand etc' }).click();
  await release.click();
  await expect(page.getByRole('region', { name: 'Selected path' })).toContainText('/etc/debian_version');

  await page.getByRole('tab', { name: 'Configuration' }).click();
  const id = await docker('image', 'inspect', '--format', '{{.Id}}', 'debian:bookworm');
  await expect(page.getByRole('region', { name: 'Configuration' })).toContainText(id);
});

test('shows hostile names as text and runs nothing of them', async ({ page, host }) => {
  const names = {
    'two\nlines': 'two␊lines',
    '"quoted" \'twice\'': '"quoted" \'twice\'',
    '<img src=x onerror=alert(1)>': '<img src=x onerror=alert(1)>',
    __proto__: '__proto__',
    constructor: 'constructor',
    'abc\u202egpj.exe': 'abc⟨U+202E⟩gpj.exe',
    '\u001b[31mred': '␛[31mred',
  };
  const files = Object.fromEntries(Object.keys(names).map((name, index) => [name, 'x'.repeat(100 + index)]));
  await using image = await buildImage(
    'FROM scratch\nCOPY files /\n',
    // A computed key, which Object.fromEntries defines instead of setting the prototype.
    { ...files, ['__proto__']: 'x'.repeat(500) },
    'note=<b>bold</b><script>alert(2)</script>',
  );
  const dialogs: string[] = [];
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await page.goto(engineImage(host, image.tag));
  const map = page.getByRole('tree');
  await expect(map.getByText('__proto__')).toBeVisible();

  await page.getByRole('tab', { name: 'Tree', exact: true }).click();
  const tree = page.getByRole('treegrid');
  for (const shown of Object.values(names)) {
    const name = tree.getByText(shown, { exact: true });
    await name.click();
    await expect(page.getByRole('region', { name: 'Selected path' })).toContainText(`/${shown}`);
  }
  await expect(tree.getByTitle('500 B', { exact: true })).toHaveCount(1);

  await page.getByRole('tab', { name: 'Configuration' }).click();
  await expect(page.getByText('note=<b>bold</b><script>alert(2)</script>')).toBeVisible();
  await expect(page.locator('main img, main b', { hasText: 'bold' })).toHaveCount(0);
  await expect(page.locator('img')).toHaveCount(0);
  expect(dialogs).toEqual([]);
});

test('opens an archive without an engine and says the same sizes', async ({ page, host }) => {
  await using temporary = await temporaryFolder();
  const archive = join(temporary.path, 'alpine.tar');
  await saveImage('alpine:3.20', archive);
  const live = page.getByRole('heading', { level: 1 }).getByRole('button');
  await page.goto(engineImage(host, 'alpine:3.20'));
  const exact = (await live.getAttribute('title')) ?? '';
  expect(exact).toMatch(/^[\d,]+ B, click to copy$/);

  await page.goto(archiveImage(host, archive));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('alpine:3.20');
  await expect(live).toHaveAttribute('title', exact);
});
