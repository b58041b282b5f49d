import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { formatBytes, formatExactBytes } from '../shared/model/format-bytes.ts';
import { expectAccessible } from './support/accessible.ts';
import { docker } from './support/docker.ts';
import { expect } from './support/host.ts';
import { openProject, test } from './support/project-folder.ts';

const firstBytes = 20_000;
const data = (bytes: number) => 'x'.repeat(bytes);

const dockerfile = `FROM alpine:3.20 AS builder
COPY app /src
RUN mkdir /out && cat /src/data > /out/program

FROM alpine:3.20
COPY --from=builder /out/program /srv/program
`;
const project = {
  Dockerfile: dockerfile,
  'Dockerfile.single': 'FROM alpine:3.20\nCOPY app /srv/app\nRUN head -c 3000000 /dev/urandom > /srv/waste\n',
  'app/data': data(firstBytes),
  // Not sent, so what changes in it changes nothing.
  '.dockerignore': 'notes\n',
  notes: 'first',
} as const;

const watchBar = (page: Page) => page.getByRole('region', { name: 'Keep comparing' });
const keepComparing = (page: Page) => page.getByRole('switch', { name: 'Keep comparing' });

/** Bytes of the image on one side of the headline. */
async function headlineBytes(page: Page, side: 'first' | 'last'): Promise<number> {
  const button: Locator = page.getByRole('heading', { level: 1 }).getByRole('button')[side]();
  return Number((await button.getAttribute('title'))!.replace(/ B,.*$/, '').replaceAll(',', ''));
}

async function expectHeadline(page: Page, side: 'first' | 'last', bytes: number): Promise<void> {
  const button = page.getByRole('heading', { level: 1 }).getByRole('button')[side]();
  await expect(button).toHaveAttribute('title', `${formatExactBytes(bytes)}, click to copy`);
}

/** Switches the watch of a new folder on and answers when its comparison is there. */
async function startWatching(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Network of RUN').selectOption('host');
  await expect(keepComparing(page)).toBeEnabled();
  await keepComparing(page).focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Trust and build' }).click();
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 60_000 });
  await expect(keepComparing(page)).toHaveAttribute('aria-checked', 'true');
  await expect(watchBar(page)).toContainText('Watching');
}

/**
 * What the page said or lost since this was called that it must not: that it loads, the tab, the line of what changed, or
 * the document itself.
 */
async function watchForFlashes(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) {
        for (const node of addedNodes) {
          const text = node.textContent ?? '';
          if (/Loading|Comparing …|Asking for|is not known/.test(text)) seen.push(text);
        }
        for (const node of removedNodes) {
          const text = node.textContent ?? '';
          const kept = '[role="tabpanel"], [role="tree"], [role="treegrid"], .since-line';
          if (node instanceof Element && (node.matches(kept) || node.querySelector(kept)))
            seen.push(`gone: ${text}`);
        }
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { seen?: string[] }).seen ?? ['loaded anew']);
}

test('an edit changes the pictures in place, with what grew marked, and nothing else moves', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject(project);
  await startWatching(page, host.at(`/project?folder=${encodeURIComponent(folder)}`));
  const left = await headlineBytes(page, 'first');
  const right = await headlineBytes(page, 'last');

  await page.goto(
    host.at(
      `/compare?folder=${encodeURIComponent(folder)}&left=Dockerfile.single&right=Dockerfile&tab=side&path=%2Fsrv&select=%2Fsrv%2Fprogram&min=1000`,
    ),
  );
  const map = page.getByRole('region', { name: 'Dockerfile', exact: true }).getByRole('tree');
  const selected = map.getByRole('treeitem', { selected: true });
  await expect(selected).toHaveAccessibleName(/^program, file, 20 kB/);
  await expect(selected).not.toHaveAccessibleName(/was/);
  await page.getByRole('searchbox', { name: /^Find a name/ }).fill('prog');
  const flashes = await watchForFlashes(page);
  const address = page.url();

  await test.step('it grows', async () => {
    await writeFile(join(folder, 'app/data'), data(70_000));
    await expectHeadline(page, 'last', right + 50_000);
    await expectHeadline(page, 'first', left + 50_000);
    await expect(selected).toHaveAccessibleName(/^program, file, 70 kB, .*was 20 kB, now 70 kB$/);
    await expect(watchBar(page)).toContainText('app/data');
    const bar = page.getByRole('listitem').filter({ has: page.getByText('Dockerfile', { exact: true }) });
    await expect(bar.getByText('grew by 50 kB since the build before')).toBeAttached();
    const strip = page.getByRole('region', { name: 'Selected path' });
    await expect(strip).toContainText(formatExactBytes(70_000));
  });

  await test.step('the place, the selection, the filter and the search are what they were', async () => {
    expect(page.url()).toBe(address);
    await expect(page.getByRole('tab', { name: 'Side by side', selected: true })).toBeVisible();
    await expect(page.getByRole('button', { name: /remove this filter$/ })).toBeVisible();
    await expect(page.getByRole('searchbox', { name: /^Find a name/ })).toHaveValue('prog');
    expect(await flashes()).toEqual([]);
    await expectAccessible(page, 'watched, side by side');
  });

  await test.step('it shrinks', async () => {
    await writeFile(join(folder, 'app/data'), data(5_000));
    await expectHeadline(page, 'last', right - 15_000);
    await expect(selected).toHaveAccessibleName(/was 70 kB, now 5 kB$/);
    expect(await flashes()).toEqual([]);
  });

  await test.step('what changed is shown path by path', async () => {
    await page.getByRole('button', { name: 'What changed' }).click();
    const tree = page.getByRole('treegrid', { name: 'Changes by directory' });
    await expect(tree.getByRole('row').filter({ hasText: /^program≠changed/ })).toContainText(
      formatBytes(-65_000),
    );
    await expect(tree.getByRole('columnheader', { name: 'Before' })).toBeVisible();
    const steady = await watchForFlashes(page);
    await writeFile(join(folder, 'app/data'), data(25_000));
    await expect(tree.getByRole('row').filter({ hasText: /^program≠changed/ })).toContainText('25 kB');
    expect(await steady()).toEqual([]);
    await expectAccessible(page, 'watched, since the build before');
  });

  await test.step('of another variable or another mode no file is other, or its metadata is', async () => {
    const line = page.locator('.since-line');
    await writeFile(join(folder, 'Dockerfile'), `${dockerfile}ENV A=1\n`);
    await expect(line).toContainText('No file changed since the build');
    await writeFile(join(folder, 'Dockerfile'), `${dockerfile}ENV A=1\nRUN chmod 600 /srv/program\n`);
    await expect(line).toContainText('1 path, of the same size');
  });

  await test.step('what is not sent changes nothing', async () => {
    await writeFile(join(folder, 'notes'), 'second');
    await page.waitForTimeout(2000);
    await expectHeadline(page, 'last', right + 5_000);
    await expect(watchBar(page)).not.toContainText('notes');
  });
});

test('open directories of an image stay open, and its rows say what grew', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject(project);
  await startWatching(page, host.at(`/project?folder=${encodeURIComponent(folder)}`));
  await page.getByRole('link', { name: 'Open Dockerfile', exact: true }).click();
  await page.getByRole('tab', { name: 'Tree', exact: true }).click();
  const tree = page.getByRole('treegrid');
  await tree.getByRole('button', { name: 'Expand etc' }).click();
  await tree.getByRole('button', { name: 'Expand srv' }).click();
  const rows = await tree.getByRole('row').count();
  const program = tree.getByRole('row').filter({ hasText: /^program/ });
  await program.click();
  const flashes = await watchForFlashes(page);

  await writeFile(join(folder, 'app/data'), data(90_000));
  await expect(program).toContainText('was 20 kB, now 90 kB');
  await expect(program).toHaveAttribute('aria-selected', 'true');
  await expect(tree.getByRole('row').filter({ hasText: /^srv/ })).toContainText(
    'was 20 kB, now 90 kB, 1 path changed',
  );
  await expect(tree.getByRole('row')).toHaveCount(rows);
  expect(await flashes()).toEqual([]);
  await expectAccessible(page, 'watched, tree of an image');
});

test('an error is shown where it is and the last good result stays; a reload goes on; off is off', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject(project);
  await startWatching(page, host.at(`/project?folder=${encodeURIComponent(folder)}`));
  const right = await headlineBytes(page, 'last');
  const bar = watchBar(page);

  await test.step('a step that fails: its line and what it printed, beside the picture from before', async () => {
    await writeFile(
      join(folder, 'Dockerfile'),
      dockerfile.replace('mkdir /out', 'echo no such luck && false'),
    );
    await expect(bar).toContainText('The last build failed');
    await expect(bar).toContainText('line 3');
    await expect(bar.getByRole('region', { name: 'Last output' })).toContainText('no such luck');
    await expectHeadline(page, 'last', right);
    await expect(page.getByText('from before the error').last()).toBeVisible();
    await expectAccessible(page, 'watched, failed');
  });

  await test.step('a reload shows the picture from before again, and still says so', async () => {
    await page.reload();
    await expectHeadline(page, 'last', right);
    await expect(page.getByText('from before the error').last()).toBeVisible();
    await expect(bar).toContainText('what is shown is from before the error');
    await expect(bar).toContainText('line 3');
  });

  await test.step('a Dockerfile that cannot be read: its line', async () => {
    await writeFile(join(folder, 'Dockerfile'), dockerfile.replace('COPY app', 'KOPY app'));
    await expect(bar).toContainText('KOPY');
    await expect(bar).toContainText('line 2');
    await expect(bar).not.toContainText('no such luck');
    await expectHeadline(page, 'last', right);
  });

  await test.step('repaired, it goes on', async () => {
    await writeFile(join(folder, 'Dockerfile'), `${dockerfile}RUN head -c 1000 /dev/zero > /srv/more\n`);
    await expectHeadline(page, 'last', right + 1000);
    await expect(bar).toContainText('Watching');
    await expect(bar.getByText('KOPY')).toHaveCount(0);
    await expect(page.getByText('from before the error')).toHaveCount(0);
  });

  await test.step('after a reload it is still watched', async () => {
    await page.reload();
    await expect(keepComparing(page)).toHaveAttribute('aria-checked', 'true');
    await writeFile(join(folder, 'app/data'), data(firstBytes + 500));
    await expectHeadline(page, 'last', right + 1500);
  });

  await test.step('switched off, an edit changes nothing', async () => {
    await keepComparing(page).click();
    await expect(keepComparing(page)).toHaveAttribute('aria-checked', 'false');
    await expect(bar).toHaveCount(0);
    await writeFile(join(folder, 'app/data'), data(firstBytes));
    await page.waitForTimeout(3000);
    await expectHeadline(page, 'last', right + 1500);
    await page.reload();
    await expectHeadline(page, 'last', right + 1500);
    await expect(keepComparing(page)).toHaveAttribute('aria-checked', 'false');
  });
});

test('a variant’s image can be run: it is in the engine, or is made there', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject(project);
  await openProject(page, host, folder);
  await page.getByLabel('Network of RUN').selectOption('host');
  await page.getByRole('button', { name: 'Build and compare' }).click();
  await page.getByRole('button', { name: 'Trust and build' }).click();
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 60_000 });
  await page.getByRole('link', { name: 'Open Dockerfile', exact: true }).click();
  // By which way the layers came depends on the engine.
  const status = page.getByRole('contentinfo');
  await expect(status).toContainText(/Layers straight from BuildKit|docker save/);
  const isMade = (await status.innerText()).includes('docker save');
  await page.getByRole('button', { name: isMade ? 'Run …' : 'Make image …' }).click();
  const dialog = page.getByRole('dialog');
  await expectAccessible(page, 'run an image');
  if (!isMade) await dialog.getByRole('button', { name: 'Make image', exact: true }).click();
  const command = dialog.getByText(/^docker run --rm -it layerscope\//);
  await expect(command).toBeVisible();
  await expectAccessible(page, 'an image that can be run');
  const tag = (await command.innerText()).split(' ').at(-1)!;
  const size = await docker('run', '--rm', '--network', 'host', tag, 'stat', '-c', '%s', '/srv/program');
  expect(size).toBe(String(firstBytes));
});
