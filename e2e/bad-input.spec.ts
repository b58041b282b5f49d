import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { dockerArchiveFiles, packFiles } from '../main/engine/archive/testing/build-archive.ts';
import { expect, type Host, startHost } from './support/host.ts';
import { buildProject, openProject, test } from './support/project-folder.ts';

test.describe('folders', () => {
  test('an empty one and a missing one', async ({ page, host, writeProject }) => {
    const folder = await writeProject({});
    await openProject(page, host, folder);
    await says(page.getByRole('alert'), 'no-dockerfile', /no Dockerfile in .*project/);
    await expect(page.getByRole('button', { name: 'Build and compare' })).toBeDisabled();

    // From the field of the start, as a person who mistypes.
    await page.getByRole('alert').getByRole('button', { name: 'Open another folder' }).click();
    await page.getByRole('combobox', { name: /Open a project folder/ }).fill(join(folder, 'nosuch'));
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await says(page.getByRole('alert'), 'folder-not-found', /nosuch/);
  });

  test('hostile names of a folder and of stages are shown as text', async ({ page, host, writeProject }) => {
    const dialogs: string[] = [];
    page.on('dialog', async (dialog) => {
      dialogs.push(dialog.message());
      await dialog.accept();
    });
    const name = '<img src=x onerror=alert(1)>\u202Egnp';
    const folder = await writeProject(
      {
        Dockerfile:
          'FROM alpine:3.20 AS a\nFROM alpine:3.20\nLABEL x="<script>alert(2)</script>"\nRUN echo "<b>bold</b>\\033[31m"; exit 3\n',
        'Dockerfile.<i>x': 'FROM "<b>y</b>"\n',
      },
      name,
    );
    await openProject(page, host, folder);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      '<img src=x onerror=alert(1)>⟨U+202E⟩gnp',
    );
    await expect(page.getByRole('heading', { name: 'Dockerfile.<i>x', level: 3 })).toBeVisible();
    await page.getByRole('checkbox', { name: /<i>x/ }).uncheck();
    await buildTicked(page);
    await expect(page.getByRole('alert')).toContainText('<b>bold</b>');
    await expect(page.locator('main').locator('img, script, i, b')).toHaveCount(0);
    expect(dialogs).toEqual([]);
  });
});

test.describe('Dockerfiles', () => {
  test('what does not parse is shown with its line before anything is built', async ({
    page,
    host,
    writeProject,
  }) => {
    const folder = await writeProject({
      Dockerfile: 'FROM alpine:3.20\n\nRUNN echo hello\n',
      'Dockerfile.from': 'FROM alpine:3.20 AS builder\nFROM alpine:3.20\nCOPY --from=7 /a /b\n',
      'Dockerfile.good': 'FROM alpine:3.20\n',
    });
    await openProject(page, host, folder);
    const card = page.getByRole('article', { name: 'Dockerfile', exact: true });
    await says(card, 'dockerfile-invalid', /RUNN/);
    await expect(card).toContainText('line 3');
    await expect(card).toContainText('RUNN echo hello');
    const from = page.getByRole('article', { name: 'Dockerfile.from' });
    await says(from, 'dockerfile-invalid', 'There is no stage 7');
    await expect(from).toContainText('line 3');
    // The one that is good can still be built.
    await expect(page.getByRole('button', { name: 'Build and compare' })).toBeEnabled();
  });

  test('a stage that is not there, in COPY and in FROM', async ({ page, host, writeProject }) => {
    const folder = await writeProject({
      'Dockerfile.copy': 'FROM alpine:3.20 AS builder\nFROM alpine:3.20\nCOPY --from=bulider /etc/hosts /b\n',
      'Dockerfile.from': 'FROM alpine:3.20 AS builder\nFROM bulider\nCOPY --from=builder /etc/hosts /b\n',
    });
    await buildProject(page, host, folder);
    for (const [name, line] of [
      ['Dockerfile.copy', 'line 3'],
      ['Dockerfile.from', 'line 2'],
    ] as const) {
      const alert = page.getByRole('region', { name: `Variant ${name}`, exact: true }).getByRole('alert');
      await says(alert, 'base-unavailable', /bulider/);
      await expect(alert).toContainText(line);
    }
  });

  test('a base that cannot be pulled is named with its line', async ({ page, host, writeProject }) => {
    const folder = await writeProject({ Dockerfile: '# a comment\nFROM nosuch.invalid/base:1\nRUN true\n' });
    await buildProject(page, host, folder);
    const alert = page.getByRole('alert');
    await says(alert, 'base-unavailable', /nosuch\.invalid\/base:1/);
    await expect(alert).toContainText('line 2');
    await expect(page.getByRole('button', { name: 'Build again' })).toBeVisible();
  });

  test('a syntax line whose frontend cannot be fetched', async ({ page, host, writeProject }) => {
    const folder = await writeProject({
      Dockerfile: '# syntax=nosuch.invalid/dockerfile:1\nFROM alpine:3.20\nRUN true\n',
    });
    await buildProject(page, host, folder);
    const alert = page.getByRole('alert');
    await says(alert, 'syntax-unavailable', /nosuch\.invalid\/dockerfile:1/);
    await expect(alert).toContainText('line 1');
  });

  test('a RUN that fails shows its line and last output; the others go on and can be looked at', async ({
    page,
    host,
    writeProject,
  }) => {
    const folder = await writeProject({
      'Dockerfile.bad': 'FROM alpine:3.20\nRUN true\nRUN echo the last words; exit 42\n',
      'Dockerfile.good': 'FROM alpine:3.20\nRUN echo > /good\n',
      'Dockerfile.other': 'FROM alpine:3.20\nRUN echo > /other\n',
    });
    await buildProject(page, host, folder);
    const bad = page.getByRole('region', { name: 'Variant Dockerfile.bad' });
    await says(bad.getByRole('alert'), 'build-step-failed', /RUN ended with exit code 42/);
    await expect(bad.getByRole('alert')).toContainText('line 3');
    await expect(bad.getByRole('region', { name: 'Last output' })).toContainText('the last words');

    await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 of 3 variants failed');
    await page.getByRole('link', { name: 'Show what was built' }).click();
    await expect(page).toHaveURL(/\/compare\?/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/MB.* to .*MB/);
    await expect(page.getByText(/^Σ origins of Dockerfile\.(good|other) .* = live ✓$/)).toHaveCount(2);
  });
});

test.describe('archives', () => {
  test('a file that is none, one that is cut off, and one without its config', async ({
    page,
    host,
    writeProject,
  }) => {
    const files = await dockerArchiveFiles([
      { names: ['bad:1'], layers: [[{ path: 'a', type: 'file', content: Buffer.alloc(5000, 'a') }]] },
    ]);
    const whole = await packFiles(files);
    const config = files.find(({ path }) => /^[0-9a-f]{64}\.json$/.test(path))!;
    const folder = await writeProject({
      'none.tar': 'This is a letter, not an image.\n'.repeat(100),
      'cut.tar': whole,
      'missing.tar': await packFiles(files.filter((file) => file !== config)),
      'whole.tar': whole,
    });
    await truncate(join(folder, 'cut.tar'), whole.length - 4096);

    for (const [name, code, said] of [
      ['none.tar', 'not-an-image', /none\.tar is .*, not an image archive/],
      ['cut.tar', 'archive-truncated', /cut\.tar is cut off/],
      ['missing.tar', 'archive-incomplete', config.path],
      ['nosuch.tar', 'archive-not-found', /nosuch\.tar/],
    ] as const) {
      await openArchive(page, host, join(folder, name));
      await says(page.getByRole('alert'), code, said);
    }

    // What was wrong is put right, and Try again is all it takes.
    await writeFile(join(folder, 'nosuch.tar'), whole);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('bad:1');
  });
});

test('without an engine the start says what to do, and archives still open', async ({
  page,
  writeProject,
}) => {
  const host = await startHost({ dockerHost: 'unix:///tmp/nope.sock' });
  try {
    await page.goto(host.url);
    const engine = page.getByRole('region', { name: 'Docker engine' });
    await says(engine, /^engine-/, /unix:\/\/\/tmp\/nope\.sock/);
    await expect(engine).toContainText(/Start (it|that engine)/);
    await expect(engine).toContainText('archives and OCI layouts open without an engine');
    await expect(engine.getByRole('button', { name: 'Look again' })).toBeVisible();

    const entries = [{ path: 'a', type: 'file' as const, content: Buffer.alloc(5000, 'a') }];
    const folder = await writeProject({
      'image.tar': await packFiles(await dockerArchiveFiles([{ names: ['good:1'], layers: [entries] }])),
      Dockerfile: 'FROM alpine:3.20\n',
    });
    await page.getByRole('combobox', { name: /Open a project folder/ }).fill(join(folder, 'image.tar'));
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('good:1');

    await openProject(page, host, folder);
    await expect(page.getByText('unix:///tmp/nope.sock').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Build and compare' })).toBeDisabled();
  } finally {
    await host.stop();
  }
});

test('without the token the page explains itself', async ({ page, host }) => {
  await page.goto(new URL(host.url).origin);
  await expect(page.getByText('Open the address from the terminal')).toBeVisible();
  await expect(page.getByText('#token=…')).toBeVisible();
});

test('with the token of an earlier start the page explains itself', async ({ page, host }) => {
  await page.goto(`${new URL(host.url).origin}/#token=${'0'.repeat(43)}`);
  await expect(page.getByText('Layerscope was started again')).toBeVisible();
});

/** The error on screen: what happened, and the code that scripts know it by. */
async function says(place: Locator, code: string | RegExp, message: string | RegExp): Promise<void> {
  await expect(place.getByText(code, typeof code === 'string' ? { exact: true } : {})).toBeVisible();
  await expect(place).toContainText(message);
}

async function buildTicked(page: Page): Promise<void> {
  await page.getByLabel('Network of RUN').selectOption('host');
  await page.getByRole('button', { name: 'Build and compare' }).click();
  await page.getByRole('button', { name: 'Trust and build' }).click();
}

async function openArchive(page: Page, host: Host, path: string): Promise<void> {
  await page.goto(host.at(`/image?source=archive&path=${encodeURIComponent(path)}`));
}
