import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { engineHost } from './host.ts';
import { required } from './required.ts';

const run = promisify(execFile);

/** What Docker's own command says of the engine under test, without the last line break. */
export async function docker(...args: readonly string[]): Promise<string> {
  const cli = required('LAYERSCOPE_TEST_DOCKER_CLI');
  const { stdout } = await run(cli, ['--host', engineHost(), ...args], { maxBuffer: 64 << 20 });
  return stdout.trimEnd();
}

/** `docker save` of an image to a file, compressed if asked. */
export async function saveImage(reference: string, file: string, { gzip = false } = {}): Promise<void> {
  if (!gzip) {
    await docker('save', '--output', file, reference);
    return;
  }
  const { stdout } = await run(
    required('LAYERSCOPE_TEST_DOCKER_CLI'),
    ['--host', engineHost(), 'save', reference],
    { encoding: 'buffer', maxBuffer: 512 << 20 },
  );
  await pipeline([stdout], createGzip({ level: 1 }), createWriteStream(file));
}
