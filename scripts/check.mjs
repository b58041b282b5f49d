// npm run check: types, lint and walls. Runs all three even when one fails.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modernNode, root } from './lib/paths.mjs';
import { run, seconds } from './lib/run.mjs';

const checks = {
  types: ['node_modules/typescript/bin/tsc', '--noEmit'],
  lint: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  walls: ['scripts/check-walls.ts'],
};

/**
 * @param {{ log: (line: string) => void, signal?: AbortSignal }} options
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks({ log, signal }) {
  const result = { passed: 0, failed: 0 };
  for (const [name, [program, ...args]] of Object.entries(checks)) {
    const started = performance.now();
    try {
      await run(modernNode(), [join(root, program), ...args], { cwd: root, signal, wholeOutput: true });
      result.passed++;
      log(`${name}: passed in ${seconds(started)}`);
    } catch (error) {
      signal?.throwIfAborted();
      result.failed++;
      log(`${name}: ${error.message}`);
    }
  }
  return result;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await runChecks({ log: (line) => console.log(line) });
  process.exitCode = failed > 0 ? 1 : 0;
}
