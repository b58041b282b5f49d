// npm test: everything there is, on a real engine and in a real browser, from a fresh clone on. Nothing is skipped
// in silence: what a machine cannot do is a failure that says what to install. The last line is the sum.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './check.mjs';
import { startEngine, testEnvironment } from './engine/engine.mjs';
import { findChromium } from './lib/chromium.mjs';
import { interruption } from './lib/interruption.mjs';
import { root } from './lib/paths.mjs';
import { seconds, sleep } from './lib/run.mjs';
import { judge, readPlaywrightReport, readVitestReport, sumUp } from './lib/test-reports.mjs';
import { setUp } from './setup.mjs';

const log = (line) => console.log(line);
const interrupted = interruption();
const { signal } = interrupted;
const outcomes = [];
const none = { passed: 0, failed: 0, skipped: [] };
const folder = mkdtempSync(join(tmpdir(), 'layerscope-tests-'));
// What tests and browsers leave behind when they are killed goes with it.
const temporary = join(folder, 'tmp');
mkdirSync(temporary);
let starting;

try {
  const began = performance.now();
  const node = await setUp({ log, signal });
  const chromium = await attempt(() => findChromium(log));
  // It comes up while the parts that need none run.
  starting = attempt(() => startEngine({ log, signal }));
  outcomes.push({ ...none, ...(await runChecks({ log, signal })) });
  await vitest(node, 'unit');
  const engine = await starting;
  if (engine) {
    const env = testEnvironment(engine);
    await vitest(node, 'integration', env, ['--no-file-parallelism']);
    if (chromium) await playwright(node, { ...env, LAYERSCOPE_TEST_CHROMIUM: chromium });
  }
  log(`\nEverything took ${seconds(began)}`);
} catch (error) {
  if (error !== signal.reason) fail(error.message);
} finally {
  try {
    await (await starting)?.stop();
  } catch (error) {
    fail(error.message);
  }
}
conclude();

/** Runs one part; when it fails that is said and counted, and the others go on. */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (error !== signal.reason) fail(error.message);
    return undefined;
  }
}

function fail(message) {
  log(message);
  outcomes.push({ ...none, failed: 1 });
}

async function vitest(node, project, env = {}, extra = []) {
  const file = join(folder, `${project}.json`);
  const args = ['run', '--project', project, ...extra, '--reporter=default', '--reporter=json'];
  const status = await suite(
    node,
    ['node_modules/vitest/vitest.mjs', ...args, `--outputFile.json=${file}`],
    env,
  );
  count(`Vitest's ${project}`, file, readVitestReport, status);
}

async function playwright(node, env) {
  const file = join(folder, 'e2e.json');
  const output = { LAYERSCOPE_TEST_OUTPUT: join(folder, 'e2e'), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const status = await suite(node, ['node_modules/@playwright/test/cli.js', 'test'], { ...env, ...output });
  count('Playwright', file, readPlaywrightReport, status);
}

function count(name, file, read, status) {
  let found = none;
  try {
    found = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    log(`${name} left no report: ${error.message}`);
  }
  const { outcome, complaint } = judge(name, found, status);
  if (complaint) log(complaint);
  outcomes.push(outcome);
}

/**
 * Runs a test program in a process group of its own, so that on an interruption all it started goes with it.
 *
 * @returns {Promise<number>} its exit status
 */
async function suite(node, args, env) {
  signal.throwIfAborted();
  log('');
  const child = spawn(node, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, name) => resolve(status ?? 128 + constants.signals[name]));
  });
  const endGroup = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  const stop = async () => {
    endGroup('SIGTERM');
    await Promise.race([ended, sleep(5000)]);
    endGroup('SIGKILL');
  };
  signal.addEventListener('abort', stop, { once: true });
  const status = await ended;
  signal.removeEventListener('abort', stop);
  endGroup('SIGKILL'); // What a test has left running.
  signal.throwIfAborted();
  return status;
}

function conclude() {
  const failed = outcomes.some((outcome) => outcome.failed > 0);
  if (failed && !signal.aborted) {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
    log(`Reports and screenshots: ${folder}`);
  } else {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  if (signal.aborted) {
    log(`${signal.reason.message}: everything was stopped and removed`);
    process.exit(130);
  }
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  for (const { name, reason } of skipped) log(`skipped: ${name}: ${reason}`);
  log(sumUp(outcomes));
  process.exit(failed ? 1 : 0);
}
