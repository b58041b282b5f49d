// npm run test:engines: our reading of images against the engine's own, on the oldest engine there is and on the
// newest; and the integration tests, which npm test runs on the oldest, on the newest.
import { isDebianRoot } from './engine/debian-packages.mjs';
import { startEngine, testEnvironment } from './engine/engine.mjs';
import { seconds } from './lib/run.mjs';
import { createTestRun } from './lib/test-run.mjs';
import { setUp } from './setup.mjs';

const projects = {
  debian: ['--project=engines'],
  newest: ['--project=engines', '--project=integration'],
};

const tests = createTestRun();
const { log, signal } = tests;

try {
  const began = performance.now();
  if (!isDebianRoot()) {
    throw new Error(
      'The engines of this test run on the machine itself: it takes root on Debian 12 (bookworm), whose docker.io ' +
        'is the oldest engine, and Go, which builds the newest one.',
    );
  }
  const node = await setUp({ log, signal });
  for (const [kind, args] of Object.entries(projects)) {
    signal.throwIfAborted();
    await tests.attempt(async () => {
      const engine = await startEngine({ kind, log, signal });
      try {
        await tests.vitest(node, kind, [...args, '--no-file-parallelism'], testEnvironment(engine));
      } finally {
        await engine.stop();
      }
    });
  }
  log(`\nEverything took ${seconds(began)}`);
} catch (error) {
  if (error !== signal.reason) tests.fail(error.message);
}
tests.conclude();
