// npm run test:examples: builds every example as a person would, on stand-ins for their public bases, and holds what is
// said of them against the bytes and against running containers.
import { allBases } from './engine/bases.mjs';
import { isDebianRoot } from './engine/debian-packages.mjs';
import { startEngine, testEnvironment } from './engine/engine.mjs';
import { seconds } from './lib/run.mjs';
import { createTestRun } from './lib/test-run.mjs';
import { setUp } from './setup.mjs';

const tests = createTestRun();
const { log, signal } = tests;

try {
  const began = performance.now();
  if (!isDebianRoot()) {
    throw new Error(
      'This test makes its bases of Debian packages, by root on a Debian. Elsewhere build the examples themselves: ' +
        'npx layerscope build examples/java-gradle',
    );
  }
  const node = await setUp({ log, signal });
  await tests.attempt(async () => {
    const engine = await startEngine({ bases: allBases, registry: false, log, signal });
    try {
      const args = ['--project=examples', '--no-file-parallelism'];
      await tests.vitest(node, 'examples', args, testEnvironment(engine));
    } finally {
      await engine.stop();
    }
  });
  log(`\nEverything took ${seconds(began)}`);
} catch (error) {
  if (error !== signal.reason) tests.fail(error.message);
}
tests.conclude();
