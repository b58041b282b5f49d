import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAgents } from './build-ssh.ts';

let folder: string;
let socket: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-ssh-'));
  socket = join(folder, 'agent.sock');
  server = createServer((connection) => {
    // Whoever only looks hangs up at once.
    connection.on('error', () => undefined).end('I am an agent');
  }).listen(socket);
  await once(server, 'listening');
  for (const [name, passphrase] of [
    ['key', ''],
    ['locked', 'secret'],
  ] as const) {
    const options = ['-q', '-t', 'ed25519', '-N', passphrase, '-f', join(folder, name)];
    await promisify(execFile)('ssh-keygen', options);
  }
  await writeFile(join(folder, 'text'), 'no key');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const paths = (...names: string[]) => names.map((name) => join(folder, name));

it('connects to the agent of the session, or to the one that is named', async () => {
  const sources = [
    { id: 'default', paths: [] },
    { id: 'other', paths: [socket] },
  ];
  const agents = await openAgents(sources, { SSH_AUTH_SOCK: socket });
  for (const { id } of sources) {
    const connection = await agents.get(id)!();
    expect(String((await connection.toArray())[0])).toBe('I am an agent');
  }
  expect(agents.get('none')).toBeUndefined();
});

it('leaves no connection open when it has looked', async () => {
  await openAgents([{ id: 'default', paths: [socket] }], {});
  await expect.poll(() => promisify(server.getConnections.bind(server))()).toBe(0);
});

it.each<[string, readonly string[], NodeJS.ProcessEnv, RegExp]>([
  ['no agent', [], {}, /SSH_AUTH_SOCK is not set/],
  ['no socket', [], { SSH_AUTH_SOCK: '/nonexistent/agent' }, /there is no "\/nonexistent\/agent"$/],
  ['no file', ['none'], {}, /there is no ".*none"$/],
  ['a folder', ['.'], {}, /cannot be read/],
  ['no key', ['text'], {}, /".*text" is neither the socket of an agent nor a private key/],
  ['a public key', ['key.pub'], {}, /neither/],
  ['a key with a passphrase', ['key', 'locked'], {}, /the key ".*locked" has a passphrase/],
  ['a socket and a key', ['agent.sock', 'key'], {}, /there is more beside it/],
  ['two sockets', ['agent.sock', 'agent.sock'], {}, /there is more beside it/],
])('says before the build what is wrong with %s', async (_, names, env, message) => {
  const opening = openAgents([{ id: 'default', paths: paths(...names) }], env);
  await expect(opening).rejects.toMatchObject({
    code: 'ssh-unavailable',
    message: expect.stringMatching(message),
  });
});

it('says that nobody listens any more', async () => {
  const gone = join(folder, 'gone.sock');
  // A process that crashes leaves its socket behind.
  await promisify(execFile)(process.execPath, [
    '--eval',
    `require('node:net').createServer().listen(${JSON.stringify(gone)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]).catch(() => undefined);
  await expect(openAgents([{ id: 'default', paths: [gone] }], {})).rejects.toMatchObject({
    message: expect.stringMatching(/"default".*gone\.sock" does not answer: connect ECONNREFUSED/),
  });
});
