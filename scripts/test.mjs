// npm test: everything there is, on a real engine and in a real browser, from a fresh clone on.
import { runChecks } from './check.mjs';
import { startEngine, testEnvironment } from './engine/engine.mjs';
import { findChromium } from './lib/chromium.mjs';
import { seconds } from './lib/run.mjs';
import { createTestRun } from './lib/test-run.mjs';
import { setUp } from './setup.mjs';

const tests = createTestRun();
const { log, signal } = tests;
let starting;

try {
  const began = performance.now();
  const node = await setUp({ log, signal });
  const chromium = await tests.attempt(() => findChromium(log));
  // It comes up while the parts that need none run.
  starting = tests.attempt(() => startEngine({ log, signal }));
  tests.add(await runChecks({ log, signal }));
  await tests.vitest(node, 'unit', ['--project=unit']);
  const engine = await starting;
  if (engine) {
    const env = testEnvironment(engine);
    await tests.vitest(node, 'integration', ['--project=integration', '--no-file-parallelism'], env);
    if (chromium) await tests.playwright(node, { ...env, LAYERSCOPE_TEST_CHROMIUM: chromium });
  }
  log(`\nEverything took ${seconds(began)}`);
} catch (error) {
  if (error !== signal.reason) tests.fail(error.message);
} finally {
  await tests.attempt(async () => (await starting)?.stop());
}
tests.conclude();
