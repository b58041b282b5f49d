// A private engine alone, for development and for tests that kill one:
//
//   node scripts/test-engine.mjs up [--engine=newest] [--bases=debian:bookworm-slim,alpine:3.20] [--no-registry]
//
// starts one, prints the export lines that tests need, and removes it on Ctrl+C. With --control it is driven by
// another program (scripts/engine/disposable-engine.ts): a JSON line on stdout when it is ready and after each
// command; the commands `kill` and `restart` on stdin; it goes when stdin ends, so also when that program dies.
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startEngine, testEnvironment } from './engine/engine.mjs';
import { interruption } from './lib/interruption.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    engine: { type: 'string', default: 'debian' },
    bases: { type: 'string' },
    registry: { type: 'boolean', default: true },
    control: { type: 'boolean', default: false },
  },
});
if (positionals.join() !== 'up' || !['debian', 'newest'].includes(values.engine)) {
  console.error(
    'usage: node scripts/test-engine.mjs up [--engine=debian|newest] [--bases=NAME,…] [--no-registry] [--control]',
  );
  process.exit(2);
}

const interrupted = interruption();
const lines = createInterface({ input: process.stdin });
if (values.control) lines.on('close', () => interrupted.raise('the end of stdin'));

try {
  const engine = await startEngine({
    kind: values.engine,
    bases: values.bases?.split(',').filter(Boolean),
    registry: values.registry,
    log: (line) => console.error(line),
    signal: interrupted.signal,
  });
  try {
    if (values.control) {
      console.log(JSON.stringify({ ready: testEnvironment(engine) }));
      lines.on('line', async (command) => {
        try {
          if (command === 'kill') await engine.kill();
          else if (command === 'restart') await engine.restart();
          else throw new Error(`unknown command ${command}`);
          console.log(JSON.stringify({ done: command }));
        } catch (error) {
          console.log(JSON.stringify({ failed: String(error) }));
        }
      });
    } else {
      for (const [name, value] of Object.entries(testEnvironment(engine)))
        console.log(`export ${name}=${value}`);
      console.error('Ctrl+C stops and removes it');
    }
    await interrupted.happened;
  } finally {
    await engine.stop();
  }
} catch (error) {
  if (error !== interrupted.signal.reason) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
process.exit();
