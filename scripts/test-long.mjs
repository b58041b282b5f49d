// npm run test:long: what takes minutes. 20,000 hostile and damaged images, and the largest that an attacker can make.
// A failing case is run again as CONTRIBUTING.md says.
import { seconds } from './lib/run.mjs';
import { createTestRun } from './lib/test-run.mjs';
import { setUp } from './setup.mjs';

const tests = createTestRun();
const { log, signal } = tests;

try {
  const began = performance.now();
  const node = await setUp({ log, signal });
  await tests.vitest(node, 'long', ['--project=long', '--no-file-parallelism']);
  log(`\nEverything took ${seconds(began)}`);
} catch (error) {
  if (error !== signal.reason) tests.fail(error.message);
}
tests.conclude();
