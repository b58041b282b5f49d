import { execFile, spawn } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { realEngine } from '../testing/real-engine.ts';
import { connectEngine } from './connect-engine.ts';
import type { DockerEngine } from './docker-engine.ts';
import { buildOnce } from './testing/build-once.ts';

const run = promisify(execFile);
let folder: string;
let key: string;
/** OpenSSH's own agent with the key, and the docker engine of a session that has it. */
let agent: ReturnType<typeof spawn>;
let socket: string;
let engine: DockerEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-ssh-'));
  key = join(folder, 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  socket = join(folder, 'agent.sock');
  agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It prints where it listens as soon as it does.
  await once(agent.stdout!, 'data');
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  await run('ssh-add', ['-q', key], { env });
  engine = await connectEngine({ dockerHost: realEngine.host(), env });
});
afterAll(async () => {
  agent?.kill();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Talks to the agent, as bytes in hex: sends each argument as a message and prints what comes back. The base has Perl, and
 * no ssh.
 */
const talk = `use strict; use IO::Socket::UNIX;
my $agent = IO::Socket::UNIX->new(Peer => $ENV{SSH_AUTH_SOCK}) or die "no agent: $!";
for (@ARGV) {
  my $message = pack 'H*', $_;
  print $agent pack('N', length $message), $message;
  $agent->flush;
  read($agent, my $length, 4) == 4 or die 'the agent hung up';
  read $agent, my $answer, unpack('N', $length);
  print 'answer ', unpack('H*', $answer), "\\n";
}
`;

/** A step that sends messages to the agent of an id. */
const step = (messages: readonly Buffer[], id = 'default') => `FROM debian:bookworm
COPY talk.pl /
RUN --mount=type=ssh,id=${id} echo NONCE; perl /talk.pl ${messages.map((one) => one.toString('hex')).join(' ')}
`;

const answersIn = (log: string) =>
  [...log.matchAll(/answer ([0-9a-f]+)/g)].map(([, hex]) => Buffer.from(hex!, 'hex'));

function sshString(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

async function publicKey(): Promise<Buffer> {
  return Buffer.from((await readFile(`${key}.pub`, 'utf8')).split(' ')[1]!, 'base64');
}

it.each<[string, () => readonly string[]]>([
  ['the agent of the session', () => []],
  ['an agent by its socket', () => [socket]],
  ['a key', () => [key]],
])('lets RUN list keys and sign with %s, and do nothing else', async (_, paths) => {
  const blob = await publicKey();
  const data = Buffer.alloc(5000, 'to be signed ');
  const removeAll = Buffer.from([19]);
  const list = Buffer.from([11]);
  const sign = Buffer.concat([Buffer.from([13]), sshString(blob), sshString(data), Buffer.alloc(4)]);
  const results = await buildOnce(engine, step([removeAll, list, sign, list]), {
    files: { 'talk.pl': talk },
    ssh: [{ id: 'default', paths: paths() }],
  });
  for (const { error, log } of results) {
    expect(error).toBeUndefined();
    const [removed, listed, signed, after] = answersIn(log);
    expect([...removed!]).toEqual([5]);
    expect(listed![0]).toBe(12);
    expect(listed!.includes(sshString(blob))).toBe(true);
    expect(after).toEqual(listed);
    // The last 64 bytes are the signature itself: it is the key's, over what the step sent.
    const spki = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: blob.subarray(-32).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, data, spki, signed!.subarray(-64))).toBe(true);
  }
  // The person's agent has what it had.
  const { stdout } = await run('ssh-add', ['-l'], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  expect(stdout).toContain('ED25519');
});

it('has each agent under its id, and goes on without one unless it is required', async () => {
  const files = { 'talk.pl': talk };
  const list = [Buffer.from([11])];
  const ssh = [{ id: 'mine', paths: [key] }];
  for (const { error, log } of await buildOnce(engine, step(list, 'mine'), { files, ssh })) {
    expect(error).toBeUndefined();
    expect(answersIn(log)[0]?.includes(await publicKey())).toBe(true);
  }
  for (const { error } of await buildOnce(engine, step(list, 'other'), { files, ssh })) {
    expect(error).toMatchObject({
      code: 'build-step-failed',
      output: expect.arrayContaining([expect.stringContaining('no agent')]),
    });
  }
  for (const { error } of await buildOnce(engine, step(list, 'other,required'), { files, ssh })) {
    expect(error).toMatchObject({
      code: 'ssh-unavailable',
      message: 'RUN needs the ssh agent "other", which the build was not given',
      line: 3,
    });
  }
});

it('hangs up on the agent when the build is cancelled, or the step ends', async () => {
  // An agent that never answers: it would ask its person first.
  const silent = join(folder, 'silent.sock');
  const open = new Set<Socket>();
  let asked = 0;
  const server: Server = createServer((connection) => {
    open.add(connection);
    connection
      .on('data', () => asked++)
      .on('close', () => open.delete(connection))
      .on('error', () => undefined);
  }).listen(silent);
  await once(server, 'listening');
  try {
    const ssh = [{ id: 'default', paths: [silent] }];
    const files = { 'talk.pl': talk };
    const waits = step([Buffer.from([11])]);
    const cancel = new AbortController();
    const building = buildOnce(engine, waits, { files, ssh, signal: cancel.signal });
    await expect.poll(() => asked, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(open.size).toBe(1);
    cancel.abort();
    for (const { error } of await building) expect(error?.code).toBe('cancelled');
    await expect.poll(() => open.size).toBe(0);

    const givesUp = waits.replace('perl', 'timeout 1 perl');
    for (const { error } of await buildOnce(engine, givesUp, { files, ssh })) {
      expect(error).toMatchObject({ code: 'build-step-failed', message: 'RUN ended with exit code 124' });
    }
    await expect.poll(() => open.size).toBe(0);
  } finally {
    server.close();
  }
});
