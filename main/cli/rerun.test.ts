import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const rerun = pathToFileURL(join(import.meta.dirname, 'rerun.ts')).href;

/** A launcher that runs `script` under `node`. */
function launch(script: string, node = process.execPath) {
  const launcher = `import { rerunUnder } from ${JSON.stringify(rerun)};
    rerunUnder(${JSON.stringify(node)}, ['-e', ${JSON.stringify(script)}, 'an argument']);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', launcher], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { child, ended: ended.then(([out, err, [status]]) => ({ out, err, status })) };
}

it('passes arguments and streams on, and keeps the exit status', async () => {
  const { child, ended } =
    launch(`process.stdin.on('data', (data) => process.stdout.write(process.argv[1] + data));
    process.stdin.on('end', () => { console.error('told'); process.exitCode = 7; });`);
  child.stdin.end(' and input');
  expect(await ended).toEqual({ out: 'an argument and input', err: 'told\n', status: 7 });
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'forwards %s and waits for what becomes of it',
  async (signal) => {
    const { child, ended } = launch(`process.on('${signal}', () => { console.log('bye'); process.exit(42); });
    setInterval(() => {}, 1000); console.log('ready');`);
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await ended).toMatchObject({ out: expect.stringContaining('bye'), status: 42 });
  },
);

it('says 128 + n of a program that died of signal n', async () => {
  const { ended } = launch(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
  expect((await ended).status).toBe(137);
});

it('says what to do when the other Node does not start', async () => {
  const { ended } = launch('', '/no/such/node');
  expect(await ended).toMatchObject({
    status: 2,
    err: expect.stringMatching(
      /^layerscope: internal: \/no\/such\/node could not be started: .*Install Node 24.*\n$/,
    ),
  });
});
