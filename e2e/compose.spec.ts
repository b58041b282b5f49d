import AxeBuilder from '@axe-core/playwright';
import { expect } from './support/host.ts';
import { buildProject, openProject, test } from './support/project-folder.ts';

const files = {
  Dockerfile: 'ARG WHICH=small\nFROM scratch AS files\nARG WHICH\nCOPY $WHICH /file\nFROM files\n',
  small: 'small',
  large: 'l'.repeat(5000),
  'compose.yaml': `services:
  web: {build: .}
  <img src=x onerror=alert(1)>: {build: .}
  big: {build: {args: {WHICH: large}}}
  written:
    build:
      dockerfile_inline: |
        FROM scratch
        COPY large small /both/
  far: {build: "https://example.org/repository.git"}
`,
};

test('what the services of a compose file build stands beside the Dockerfile', async ({
  page,
  host,
  writeProject,
}) => {
  const folder = await writeProject(files);
  await openProject(page, host, folder);

  await test.step('services that build what is there have their names at it', async () => {
    const found = page.getByRole('article', { name: 'Dockerfile', exact: true });
    await expect(found.getByText('services web, <img src=x onerror=alert(1)>')).toBeVisible();
    await expect(page.locator('img')).toHaveCount(0);
    const read = page.getByRole('article', { name: 'Dockerfile, for compose.yaml#big, WHICH=large' });
    await expect(read.getByRole('checkbox', { name: 'compose.yaml#big' })).toBeChecked();
    await expect(read.getByText('service big')).toBeVisible();
    const written = page.getByRole('article', { name: 'compose.yaml#written, written in the compose file' });
    await expect(written.getByText('service written')).toBeVisible();
  });

  await test.step('what is wrong with one is said, with its line and what to do', async () => {
    await expect(
      page.getByText(/^compose\.yaml, line 10: The service "far".*Fetch it yourself/),
    ).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  await test.step('they are built, each as its service says', async () => {
    await buildProject(page, host, folder);
    await expect(page).toHaveURL(/\/compare\?/, { timeout: 120_000 });
    for (const [variant, bytes, lines] of [
      ['Dockerfile', '5 B', 'COPY $WHICH /file'],
      ['compose.yaml#big', '5,000 B', 'COPY $WHICH /file'],
      ['compose.yaml#written', '5,005 B', 'COPY large small /both/'],
    ] as const) {
      const query = new URLSearchParams({ folder, variant, view: 'dockerfile' });
      await page.goto(host.at(`/image?${query}`));
      // A pattern, as Playwright puts other text in lower case, where a Σ after a letter becomes another letter.
      await expect(page.getByText(new RegExp(`^Σ lines ${bytes} = live ✓$`))).toBeVisible();
      await expect(page.getByRole('grid', { name: /^Lines of / }).getByText(lines)).toBeVisible();
    }
  });
});
