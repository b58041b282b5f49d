import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectEngine, engineStatus } from './connect-engine.ts';
import { connectError } from './connect-error.ts';
import type { Endpoint } from './endpoint.ts';
import { startRawServer } from './testing/raw-server.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'layerscope-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const usual = (path: string): Endpoint => ({
  url: `unix://${path}`,
  address: { kind: 'socket', path },
  source: 'usual-socket',
});
const failed = (path: string, code: string) => ({
  endpoint: usual(path),
  error: Object.assign(new Error(code), { code }),
});

describe('connectError', () => {
  it('tells not installed, not running and not permitted apart', async () => {
    const absent = [failed('/a.sock', 'ENOENT'), failed('/b.sock', 'ENOENT')];
    const bin = join(home, 'bin');
    await mkdir(bin);
    const env = { PATH: bin };

    const none = await connectError(absent, env, 'linux');
    expect(none.code).toBe('engine-not-installed');

    await writeFile(join(bin, 'dockerd'), '');
    const stopped = await connectError(absent, env, 'linux');
    expect(stopped.code).toBe('engine-not-running');
    expect(stopped.info.hint).toContain('systemctl start docker');
    expect((await connectError(absent, env, 'darwin')).info.hint).toContain('Docker Desktop');

    const refused = await connectError([...absent, failed('/c.sock', 'ECONNREFUSED')], { PATH: '' }, 'linux');
    expect(refused.code).toBe('engine-not-running');
    expect(refused.message).toContain('/c.sock');

    const denied = await connectError([...absent, failed('/c.sock', 'EACCES')], env, 'linux');
    expect(denied.code).toBe('engine-permission-denied');
    expect(denied.info.hint).toContain('docker group');
  });
});

describe('connectEngine', () => {
  it('says that an explicit host is not reachable, and what set it', async () => {
    const dockerHost = `unix://${home}/none.sock`;
    await expect(connectEngine({ dockerHost, env: {}, home })).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('--docker-host'),
    });
    await expect(connectEngine({ env: { DOCKER_HOST: 'tcp://127.0.0.1:1' }, home })).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('DOCKER_HOST'),
    });
  });

  it('asks the endpoint it is given whatever DOCKER_HOST says', async () => {
    await using server = await startRawServer((_request, response) => response.end('[]'));
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = 'tcp://127.0.0.1:1';
    try {
      const engine = await connectEngine({ dockerHost: server.url });
      expect(await engine.images()).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    }
    expect(server.requests.toSorted()).toEqual(['GET /info', 'GET /v1.51/images/json', 'GET /version']);
  });

  it('connects over tcp', async () => {
    await using server = await startRawServer((_request, response) => response.end('[]'), {}, { tcp: true });
    const engine = await connectEngine({ dockerHost: server.url, env: {}, home });
    expect(engine.status).toMatchObject({
      endpoint: server.url,
      apiVersion: '1.51',
      imageStore: 'graph-driver',
    });
    expect(await engine.images()).toEqual([]);
  });

  it('refuses an engine that is too old', async () => {
    await using server = await startRawServer(() => undefined, { Version: '19.03.1', ApiVersion: '1.40' });
    const status = await engineStatus({ dockerHost: server.url, env: {}, home });
    expect(status).toMatchObject({
      state: 'unavailable',
      error: { code: 'engine-too-old', message: expect.stringContaining('19.03.1') },
    });
  });

  it('says so when something else answers', async () => {
    const path = join(home, 'other.sock');
    const other = createServer((socket) => socket.end('220 mail\r\n'));
    await new Promise<void>((resolve) => other.listen(path, resolve));
    try {
      await expect(connectEngine({ dockerHost: `unix://${path}`, env: {}, home })).rejects.toMatchObject({
        code: 'engine-unreachable',
      });
    } finally {
      other.close();
    }
  });

  it('can be cancelled while nobody answers', async () => {
    const path = join(home, 'mute.sock');
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(path, resolve));
    try {
      const signal = AbortSignal.timeout(50);
      await expect(
        connectEngine({ dockerHost: `unix://${path}`, env: {}, home, signal }),
      ).rejects.toMatchObject({
        code: 'cancelled',
      });
    } finally {
      mute.close();
    }
  });

  it('speaks through ssh with the command of that name', async () => {
    await using server = await startRawServer((_request, response) => response.end('[]'));
    const socket = server.url.replace('unix://', '');
    const bin = join(home, 'bin');
    await mkdir(bin);
    // Stands in for a host reached by ssh: joins the standard streams with the engine's socket.
    await writeFile(
      join(bin, 'ssh'),
      `#!${process.execPath}\nrequire('fs').appendFileSync(${JSON.stringify(join(home, 'args'))}, process.argv.slice(2).join(' ') + '\\n');\nconst socket = require('net').connect(${JSON.stringify(socket)});\nprocess.stdin.pipe(socket).pipe(process.stdout);\n`,
    );
    await chmod(join(bin, 'ssh'), 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const engine = await connectEngine({ dockerHost: 'ssh://me@far.example:2222', env, home });
    expect(await engine.images()).toEqual([]);
    const { readFile } = await import('node:fs/promises');
    expect((await readFile(join(home, 'args'), 'utf8')).split('\n')[0]).toBe(
      '-o BatchMode=yes -o ConnectTimeout=30 -T -l me -p 2222 -- far.example docker system dial-stdio',
    );

    await writeFile(join(bin, 'ssh'), `#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n`);
    await expect(connectEngine({ dockerHost: 'ssh://far.example', env, home })).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('Permission denied (publickey)'),
    });
  });
});
