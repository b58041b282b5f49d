import { startDisposableEngine } from '../scripts/engine/disposable-engine.ts';
import { expect, startHost } from './support/host.ts';
import { buildProject, test } from './support/project-folder.ts';

test('an engine that is killed in the middle of a build is said within seconds, and the build starts again', async ({
  page,
  writeProject,
}) => {
  await using engine = await startDisposableEngine();
  const host = await startHost({ dockerHost: engine.dockerHost });
  try {
    const folder = await writeProject({
      'Dockerfile.long': 'FROM alpine:3.20\nRUN echo under way; sleep 10\n',
      'Dockerfile.short': 'FROM alpine:3.20\nRUN echo short > /short; sleep 10\n',
    });
    await buildProject(page, host, folder);
    await expect(page.getByRole('button', { name: /under way.*line 2/ })).toBeVisible();

    await engine.kill();
    await expect(page.getByRole('alert').filter({ hasText: 'engine-lost' }).first()).toBeVisible({
      timeout: 5000,
    });
    // Nothing goes on: it can be built again, not cancelled.
    const again = page.getByRole('button', { name: 'Build again' });
    await expect(again).toBeVisible({ timeout: 5000 });
    await expect(page.getByRole('button', { name: 'Cancel', exact: true })).toHaveCount(0);
    await expect(page.getByText(/running|waiting|◐/)).toHaveCount(0);

    await again.click();
    await expect(
      page
        .getByRole('alert')
        .filter({ hasText: /engine-/ })
        .first(),
    ).toBeVisible({
      timeout: 10_000,
    });

    await engine.restart();
    await again.click();
    await expect(page).toHaveURL(/\/compare\?/, { timeout: 90_000 });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/MB.* to .*MB/);
  } finally {
    await host.stop();
  }
});
