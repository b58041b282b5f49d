import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { interruption } from './interruption.mjs';
import { root } from './paths.mjs';
import { sleep } from './run.mjs';
import { judge, readPlaywrightReport, readVitestReport, sumUp } from './test-reports.mjs';

const none = { passed: 0, failed: 0, skipped: [] };

/**
 * One run of test programs, counted together. Nothing is skipped in silence: what a machine cannot do is a failure
 * that says what to install, and the last line is the sum.
 */
export function createTestRun() {
  const log = (line) => console.log(line);
  const { signal } = interruption();
  const outcomes = [];
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-tests-'));
  // What tests and browsers leave behind when they are killed goes with it.
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);

  function fail(message) {
    log(message);
    outcomes.push({ ...none, failed: 1 });
  }

  /** Does one part; when it fails that is said and counted, and the others go on. */
  async function attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (error !== signal.reason) fail(error.message);
      return undefined;
    }
  }

  /**
   * Runs Vitest and counts its tests.
   *
   * @param {string} node to run it with
   * @param {string} name what to call this run; a name for a file
   * @param {readonly string[]} args of `vitest run`
   * @param {NodeJS.ProcessEnv} [env] beside our own
   */
  async function vitest(node, name, args, env = {}) {
    const file = join(folder, `${name}.json`);
    const program = ['node_modules/vitest/vitest.mjs', 'run', ...args];
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const status = await suite(node, [...program, ...reporters], env);
    count(`Vitest's ${name}`, file, readVitestReport, status);
  }

  /** The same with Playwright, which runs everything in e2e/. */
  async function playwright(node, env) {
    const file = join(folder, 'e2e.json');
    const output = { LAYERSCOPE_TEST_OUTPUT: join(folder, 'e2e'), PLAYWRIGHT_JSON_OUTPUT_FILE: file };
    const program = ['node_modules/@playwright/test/cli.js', 'test'];
    const status = await suite(node, program, { ...env, ...output });
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

  /** Says the sum and ends this process. */
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

  return {
    log,
    /** Aborted by Ctrl+C. */
    signal,
    /** Counts what was not run by `vitest` or `playwright`. */
    add: (outcome) => void outcomes.push({ ...none, ...outcome }),
    fail,
    attempt,
    vitest,
    playwright,
    conclude,
  };
}
