import { randomBytes } from 'node:crypto';
import { formatBytes, formatExactBytes } from '../shared/model/format-bytes.ts';
import type { ProjectDocument } from '../shared/model/project-document.ts';
import { printed } from './support/command-line.ts';
import { temporaryFolder } from './support/folders.ts';
import { expect } from './support/host.ts';
import { buildProject, test } from './support/project-folder.ts';

/** What a RUN makes is different with every mark, so that no build cache knows it. */
function files(mark: string): Record<string, string | Uint8Array> {
  return {
    'data.bin': randomBytes(200_000),
    Dockerfile: [
      'FROM debian:bookworm-slim AS builder',
      'COPY data.bin /in/data.bin',
      `RUN mkdir /out && head -c 400000 /dev/urandom > /out/made && head -c 5000000 /dev/urandom > /tool && : ${mark}`,
      'FROM alpine:3.20',
      'COPY --from=builder /out/made /app/',
      'COPY --from=builder /in/data.bin /usr/bin/perl /app/',
    ].join('\n'),
    'Dockerfile.single': [
      'FROM debian:bookworm-slim',
      'COPY data.bin /app/data.bin',
      `RUN head -c 400000 /dev/urandom > /app/made && : ${mark}`,
    ].join('\n'),
  };
}

test('shows where every byte comes from, and selects what a flow brings in every view', async ({
  page,
  host,
  writeProject,
}) => {
  test.slow();
  await using otherCache = await temporaryFolder();
  const folder = await writeProject(files(randomBytes(8).toString('hex')));
  await buildProject(page, host, folder);
  await expect(page).toHaveURL(/\/compare\?/, { timeout: 240_000 });
  const document = await printed<ProjectDocument>(otherCache.path, 'build', folder, '--network', 'host');
  const multi = document.variants.find(({ name }) => name === 'Dockerfile')!;
  const single = document.variants.find(({ name }) => name === 'Dockerfile.single')!;
  const bytesOf = (variant: typeof multi, id: string) =>
    variant.origins!.find((origin) => origin.id === id)!.bytes;
  const live = multi.image!.sizes.live!;

  const chart = page.getByRole('group', { name: 'Where the bytes of Dockerfile come from' });
  const status = page.getByRole('contentinfo');
  const chip = page.getByRole('button', { name: /: remove this filter$/ });
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const tab = (name: string) => page.getByRole('tab', { name });

  await test.step('the flows are the document’s, and sum to the image', async () => {
    const names: Record<string, string> = {
      'base:alpine:3.20': 'alpine:3.20',
      'base:debian:bookworm-slim': 'debian:bookworm-slim',
      context: 'build context',
      'stage:0': 'builder',
      'stage:1': 'stage 1',
      image: 'Dockerfile',
    };
    expect(multi.flows!.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual([
      'base:alpine:3.20 stage:1',
      'base:debian:bookworm-slim stage:0',
      'context stage:0',
      'stage:0 stage:1',
      'stage:1 image',
    ]);
    const table = page.getByRole('table', { name: 'Where the bytes of Dockerfile come from' });
    for (const { from, to, bytes } of multi.flows!) {
      const words = `${names[from]} to ${names[to]}, ${formatBytes(bytes)}`;
      await expect(chart.getByRole('button', { name: words, exact: true })).toHaveCount(1);
      const row = table.getByRole('row', { name: `${names[from]} ${names[to]} ${formatExactBytes(bytes)}` });
      await expect(row).toHaveCount(1);
    }
    const made = bytesOf(multi, 'stage:0');
    expect(made).toBe(400_000);
    expect(bytesOf(multi, 'context')).toBe(200_000);
    await expect(
      chart.getByRole('button', { name: `Dockerfile, ${formatBytes(live)}`, exact: true }),
    ).toHaveCount(1);
    for (const { name, image } of [single, multi]) {
      await expect(status).toContainText(
        `Σ origins of ${name} ${formatExactBytes(image!.sizes.live!)} = live ✓`,
      );
    }
  });

  await test.step('what the stage left behind is beside it, in the bar and in the headline', async () => {
    const left = multi.stages[0]!.leftBehind!;
    expect(left).toBeGreaterThan(5_000_000);
    expect(multi.leftBehind).toBe(left);
    await expect(chart.getByRole('link', { name: `builder: left behind ${formatBytes(left)}` })).toHaveCount(
      1,
    );
    await expect(page.getByText(`${formatBytes(left)} stay behind`)).toBeVisible();
    await expect(page.getByRole('listitem').filter({ hasText: 'multi-stage, 2 stages' })).toContainText(
      `left behind in builder ${formatBytes(left)}`,
    );
  });

  const through = multi.flows!.find(({ from }) => from === 'stage:0')!.bytes;
  await test.step('a click on a flow leaves only its files in the treemap', async () => {
    await chart.getByRole('button', { name: /^builder to stage 1/ }).click();
    await expect(chip).toHaveText(/^only from stage builder to stage 1/);
    await expect(page.getByText('in 3 files')).toBeVisible();
    await tab('Side by side').click();
    const map = region('Dockerfile');
    await expect(map.getByRole('heading')).toHaveText(`Dockerfile ${formatBytes(through)}`);
    await expect(map.getByRole('treeitem')).toHaveAccessibleName(
      `app, directory, 3 files, ${formatBytes(through)}, debian:bookworm-slim`,
    );
    await expect(region('Dockerfile.single')).toContainText('a stage of the other Dockerfile');
  });

  await test.step('back, forward and a reload keep what is selected', async () => {
    await page.goBack();
    await expect(chart.getByRole('button', { name: /^builder to stage 1/, pressed: true })).toHaveCount(1);
    await page.goBack();
    await expect(chip).toHaveCount(0);
    await page.goForward();
    await page.reload();
    await expect(chart.getByRole('button', { name: /^builder to stage 1/, pressed: true })).toHaveCount(1);
  });

  await test.step('from the keyboard: an origin that both images have is selected in both', async () => {
    const context = chart.getByRole('button', { name: /^build context, / });
    await chart.locator('[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 3; step += 1) {
      if (await context.evaluate((mark) => mark === mark.ownerDocument.activeElement)) break;
      await page.keyboard.press('ArrowRight');
    }
    await expect(context).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(chip).toHaveText(/^only from build context/);
    await expect(context).toHaveAttribute('aria-pressed', 'true');
    await tab('Side by side').click();
    for (const variant of [single, multi]) {
      const size = formatBytes(bytesOf(variant, 'context'));
      await expect(region(variant.name).getByRole('heading')).toHaveText(`${variant.name} ${size}`);
    }
    await chip.click();
    await expect(region('Dockerfile').getByRole('heading')).toHaveText(`Dockerfile ${formatBytes(live)}`);
  });

  await test.step('what was left behind leads to the files of the stage', async () => {
    await tab('Flow').click();
    await chart.getByRole('link', { name: /^builder: left behind/ }).press('Enter');
    await expect(page).toHaveURL(/\/stage\?.*fate=leftBehind/);
  });
});
