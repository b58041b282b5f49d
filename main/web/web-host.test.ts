import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../shared/api/connection.ts';
import { type Handlers, methods } from '../../shared/api/contract.ts';
import { startWebHost, type WebHost } from './web-host.ts';
import { webSocketChannel } from './web-socket-channel.ts';

let folder: string;
let host: WebHost;
let port: number;
let token: string;

/** Enough of an engine to see that calls arrive; the engine itself is not what is tested here. */
const handlers = {
  ...Object.fromEntries(Object.keys(methods).map((name) => [name, () => Promise.reject(new Error(name))])),
  'app.info': async () => ({ version: '7.7.7', home: '/', cwd: '/' }),
} as unknown as Handlers;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-web-'));
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><title>Layerscope</title>');
  writeFileSync(join(renderer, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(renderer, 'assets', 'main-1a2b3c.js'), 'export {};');
  mkdirSync(join(renderer, 'assets', 'folder.js'));
  writeFileSync(join(folder, 'secret.js'), 'secret');
  host = await startWebHost({ handlers, rendererFolder: renderer });
  const url = new URL(host.url);
  port = Number(url.port);
  token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
});

afterAll(async () => {
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request with the path as it is: fetch would tidy `..` away. */
function ask(path: string, { method = 'GET', hostName = `127.0.0.1:${port}` } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { host: hostName } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the address', () => {
  it('is on 127.0.0.1 with 32 random bytes in the fragment', () => {
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  });

  it('leads to the view that was asked for', async () => {
    const route = '/project?folder=%2Fsrv%2Fa+b';
    const other = await startWebHost({ handlers, rendererFolder: folder, route });
    await other.close();
    expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/project\?folder=%2Fsrv%2Fa\+b#token=/);
    expect(other.url).not.toContain(token);
  });

  it('cannot be had on a port that is in use', async () => {
    await expect(startWebHost({ handlers, rendererFolder: folder, port })).rejects.toMatchObject({
      code: 'usage',
      message: `Port ${port} is in use by another program`,
    });
  });
});

describe('files', () => {
  it.each(['/', '/index.html', '/project?folder=/x/y.js', '/compare?left=a%2Fb&right=..', '/a/b/c'])(
    'answers %s with the app',
    async (path) => {
      const { status, headers, body } = await ask(path);
      expect(status).toBe(200);
      expect(body).toContain('<title>Layerscope</title>');
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('serves hashed files for ever and others anew', async () => {
    const script = await ask('/assets/main-1a2b3c.js');
    expect(script.body).toBe('export {};');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
    const icon = await ask('/icon.svg');
    expect(icon.headers['content-type']).toBe('image/svg+xml');
    expect(icon.headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/..%2fsecret.js',
    '/..%5csecret.js',
    '/assets/..%2f..%2fsecret.js',
    '//secret.js',
    '/%00.js',
    '/%zz.js',
    '/missing.js',
    '/assets/folder.js',
    '/index.html/x.js',
    `/${'a'.repeat(5000)}.js`,
    '/package.toml',
  ])('answers %s with 404', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('answers HEAD without a body, and no other method', async () => {
    const head = await ask('/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    const post = await ask('/', { method: 'POST' });
    expect(post).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await ask('/', { method: 'OPTIONS' })).toMatchObject({ status: 405 });
  });

  it.each(['/', '/assets/main-1a2b3c.js', '/missing.js'])(
    'sends the security headers with %s',
    async (path) => {
      const { headers } = await ask(path);
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`);
      expect(String(headers['content-security-policy'])).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|\*/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.evil.example', '[::1]'])(
    'refuses the Host %s',
    async (hostName) => {
      expect(await ask('/', { hostName })).toMatchObject({ status: 403 });
    },
  );

  it('takes localhost, in any case', async () => {
    expect(await ask('/', { hostName: `LocalHost:${port}` })).toMatchObject({ status: 200 });
  });
});

interface Dial {
  readonly path?: string;
  readonly origin?: string | undefined;
  readonly hostName?: string;
  readonly protocols?: string[];
}

/** Opens a WebSocket as a browser would; resolves to it, or to the status it was refused with. */
function dial({ path = '/rpc', origin, hostName, protocols }: Dial = {}): Promise<WebSocket | number> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${port}${path}`,
    protocols ?? ['layerscope', `token.${token}`],
    {
      headers: { host: hostName ?? `127.0.0.1:${port}` },
      ...(origin !== undefined && { origin }),
    },
  );
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.on('error', () => {});
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

async function dialOwn(): Promise<WebSocket> {
  const socket = await dial({ origin: `http://127.0.0.1:${port}` });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  return socket;
}

describe('the socket', () => {
  it('carries calls for a page of ours that knows the token, and never echoes the token', async () => {
    const socket = await dialOwn();
    expect(socket.protocol).toBe('layerscope');
    expect(socket.extensions).toBe('');
    const info = await connect(webSocketChannel(socket)).call('app.info', {});
    expect(info.version).toBe('7.7.7');
    socket.close();
  });

  it('is the same under localhost', async () => {
    const socket = await dial({ origin: `http://localhost:${port}`, hostName: `localhost:${port}` });
    expect(socket).toBeInstanceOf(WebSocket);
    (socket as WebSocket).close();
  });

  it.each<[string, () => Dial, number]>([
    ['another origin', () => ({ origin: 'http://evil.example' }), 403],
    ['no origin', () => ({}), 403],
    ['an opaque origin', () => ({ origin: 'null' }), 403],
    ['our address over https', () => ({ origin: `https://127.0.0.1:${port}` }), 403],
    ['another port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['our other name', () => ({ origin: `http://localhost:${port}` }), 403],
    [
      'a rebound name',
      () => ({ origin: `http://evil.example:${port}`, hostName: `evil.example:${port}` }),
      403,
    ],
    ['another path', () => ({ origin: `http://127.0.0.1:${port}`, path: '/' }), 404],
    ['no token', () => ({ origin: `http://127.0.0.1:${port}`, protocols: ['layerscope'] }), 401],
    [
      'an empty token',
      () => ({ origin: `http://127.0.0.1:${port}`, protocols: ['layerscope', 'token.'] }),
      401,
    ],
    [
      'a wrong token',
      () => ({ origin: `http://127.0.0.1:${port}`, protocols: ['layerscope', `token.${'A'.repeat(43)}`] }),
      401,
    ],
    [
      'part of the token',
      () => ({
        origin: `http://127.0.0.1:${port}`,
        protocols: ['layerscope', `token.${token.slice(0, -1)}`],
      }),
      401,
    ],
    [
      'the token without our protocol',
      () => ({ origin: `http://127.0.0.1:${port}`, protocols: [`token.${token}`] }),
      400,
    ],
  ])('refuses %s', async (_what, options, status) => {
    expect(await dial(options())).toBe(status);
  });

  it('cuts off who sends no JSON, binary data or too much', async () => {
    for (const message of ['{', Buffer.from('{}'), `"${'x'.repeat(2 << 20)}"`]) {
      const socket = await dialOwn();
      socket.on('error', () => {});
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      socket.send(message);
      expect([1003, 1006, 1009]).toContain(await closed);
    }
    // And goes on serving the others.
    const socket = await dialOwn();
    expect((await connect(webSocketChannel(socket)).call('app.info', {})).version).toBe('7.7.7');
    socket.close();
  });

  it('survives a peer that speaks no HTTP', async () => {
    const socket = connectTcp(port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve));
    socket.resume();
    socket.end('\x00\x01garbage\r\n\r\n');
    await ended;
    expect(await ask('/')).toMatchObject({ status: 200 });
  });
});

it('closing cuts pages off and frees the port', async () => {
  const other = await startWebHost({ handlers, rendererFolder: join(folder, 'renderer') });
  const url = new URL(other.url);
  const socket = new WebSocket(
    `ws://${url.host}/rpc`,
    ['layerscope', url.hash.replace('#token=', 'token.')],
    {
      origin: url.origin,
    },
  );
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await other.close();
  await closed;
  const again = await startWebHost({ handlers, rendererFolder: folder, port: Number(url.port) });
  await again.close();
});
