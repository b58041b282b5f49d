import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openConnection } from '../connection.ts';
import { parseAddress } from '../endpoint.ts';
import { authService } from './auth-service.ts';
import { encodeFields, fieldsOf, textOf } from './protobuf.ts';
import type { Session } from './session.ts';
import { openSession } from './session.ts';

// The engine's side: it takes the upgraded connection and is the HTTP/2 client on it.
let folder: string;
let engine: ReturnType<typeof createServer>;
let grpc: ClientHttp2Session;
let session: Session;
let upgrade: NodeJS.Dict<string | string[]>;
let lost: boolean;
/** What the engine says in one breath with its 101. */
let goesOn = '';
let connection: Duplex;

beforeEach(async () => {
  lost = false;
  folder = await mkdtemp(join(tmpdir(), 'layerscope-session-'));
  const path = join(folder, 'engine.sock');
  engine = createServer();
  const upgraded = new Promise<Duplex>((resolve) => {
    engine.on('upgrade', (request, socket) => {
      upgrade = request.headers;
      const head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
      socket.write(head + goesOn, 'latin1');
      resolve(socket);
    });
  });
  engine.listen(path);
  await once(engine, 'listening');
  const url = `unix://${path}`;
  const endpoint = { url, address: parseAddress(url, { tls: false }), source: '--docker-host' as const };
  session = await openSession(await openConnection(endpoint, {}, '1.41'), {
    methods: authService(async (host) => {
      if (host === 'broken.example') throw new Error('no\nway');
      return host === 'registry.example' ? { username: 'me', password: 'pässword' } : undefined;
    }),
    onLost: () => {
      lost = true;
    },
  });
  connection = await upgraded;
  if (goesOn === '') grpc = connect('http://localhost', { createConnection: () => connection });
});
afterEach(async () => {
  session.close();
  connection.destroy();
  grpc.destroy();
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(path: string, message: Buffer) {
  const stream = grpc.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const status = new Promise((resolve) => {
    stream.on(
      'response',
      (headers) => headers['grpc-status'] !== undefined && resolve(headers['grpc-status']),
    );
    stream.on('trailers', (trailers) => resolve(trailers['grpc-status']));
  });
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([prefix, message]));
  const body = await buffer(stream);
  return { status: await status, message: body.subarray(5) };
}

describe('openSession', () => {
  it('names itself in the upgrade', () => {
    expect(upgrade).toMatchObject({ upgrade: 'h2c', 'x-docker-expose-session-uuid': session.id });
  });

  it('answers health checks, again and again', async () => {
    for (let time = 0; time < 3; time++) {
      const { status, message } = await call('/grpc.health.v1.Health/Check', Buffer.alloc(0));
      expect(status).toBe('0');
      expect([...message]).toEqual([8, 1]);
    }
  });

  it('gives the credentials of a registry, and none where it has none', async () => {
    const path = '/moby.filesync.v1.Auth/Credentials';
    const found = await call(path, encodeFields([[1, 'registry.example']]));
    expect([...fieldsOf(found.message)].map((field) => [field.number, textOf(field)])).toEqual([
      [1, 'me'],
      [2, 'pässword'],
    ]);
    expect(await call(path, encodeFields([[1, 'other.example']]))).toMatchObject({
      status: '0',
      message: Buffer.alloc(0),
    });
  });

  it('says so when it cannot, and goes on', async () => {
    expect(
      (await call('/moby.filesync.v1.Auth/Credentials', encodeFields([[1, 'broken.example']]))).status,
    ).toBe('13');
    expect((await call('/moby.filesync.v1.Auth/FetchToken', Buffer.alloc(0))).status).toBe('12');
    expect((await call('/__proto__', Buffer.alloc(0))).status).toBe('12');
    expect((await call('/grpc.health.v1.Health/Check', Buffer.alloc(0))).status).toBe('0');
  });

  it('closes the connection with it', async () => {
    const closed = once(grpc, 'close');
    session.close();
    await closed;
    expect(lost).toBe(false);
  });

  it('tells when the engine ends it', async () => {
    grpc.destroy();
    await expect.poll(() => lost).toBe(true);
  });
});

describe('an engine that goes on in one packet with its 101', () => {
  const settings = (flags: number) => Buffer.from([0, 0, 0, 4, flags, 0, 0, 0, 0]);
  beforeAll(() => {
    goesOn = `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings(0).toString('latin1')}`;
  });
  afterAll(() => {
    goesOn = '';
  });

  it('is heard: its settings are acknowledged', async () => {
    let answer = Buffer.alloc(0);
    connection.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
    });
    await expect.poll(() => answer.includes(settings(1))).toBe(true);
  });
});
