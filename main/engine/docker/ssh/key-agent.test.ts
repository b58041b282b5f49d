import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AgentKey, connectKeyAgent, readKey } from './key-agent.ts';

const run = promisify(execFile);
// Making keys may take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As people make them: the second opinion on every key and signature here is OpenSSH's. */
async function keygen(name: string, ...options: string[]): Promise<string> {
  const path = join(folder, name);
  await run('ssh-keygen', ['-q', '-N', '', '-C', `comment of ${name}`, '-f', path, ...options]);
  return path;
}

async function load(path: string): Promise<AgentKey> {
  const key = await readKey(await readFile(path));
  if (typeof key === 'string') throw new Error(key);
  return key;
}

describe('an agent of keys', () => {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['rsa-pem', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['p256', ['-t', 'ecdsa', '-b', '256']],
    ['p384', ['-t', 'ecdsa', '-b', '384']],
    ['p521', ['-t', 'ecdsa', '-b', '521']],
    ['p256-pem', ['-t', 'ecdsa', '-b', '256', '-m', 'PEM']],
  ];

  it('is one to OpenSSH: it lists every kind of key and signs with each', async () => {
    const paths = await Promise.all(kinds.map(([name, options]) => keygen(name, ...options)));
    const keys = await Promise.all(paths.map(load));
    const socket = join(folder, 'agent.sock');
    const server = createServer((connection) => {
      const agent = connectKeyAgent(keys);
      connection.pipe(agent).pipe(connection);
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      const { stdout } = await run('ssh-add', ['-L'], { env });
      const written = await Promise.all(paths.map((path) => readFile(`${path}.pub`, 'utf8')));
      const keyOf = (line: string) => line.split(' ').slice(0, 2).join(' ');
      expect(stdout.trim().split('\n').map(keyOf)).toEqual(written.map(keyOf));
      // A signature by each, which ssh-add checks with the public key.
      for (const path of paths) await run('ssh-add', ['-T', `${path}.pub`], { env });
      await expect(run('ssh-add', ['-D'], { env })).rejects.toThrow();
    } finally {
      server.close();
    }
  });

  it('signs as RSA as it is asked to', async () => {
    const path = await keygen('rsa-flags', '-t', 'rsa', '-b', '2048');
    const key = await load(path);
    const publicKey = createPublicKey(key.key);
    const data = Buffer.from('to be signed');
    for (const [flags, algorithm, digest] of [
      [0, 'ssh-rsa', 'sha1'],
      [2, 'rsa-sha2-256', 'sha256'],
      [4, 'rsa-sha2-512', 'sha512'],
    ] as const) {
      const [name, signature] = await ask(key, data, flags);
      expect(name).toBe(algorithm);
      expect(verify(digest, data, publicKey, signature)).toBe(true);
    }
  });
});

it('takes no more requests from whoever does not read the answers', async () => {
  const agent = connectKeyAgent([await load(await keygen('flooded', '-t', 'ed25519'))]);
  const list = Buffer.from([0, 0, 0, 1, 11]);
  let taken = 0;
  for (let asked = 0; asked < 100_000; asked++) agent.write(list, () => taken++);
  await setTimeout(500);
  expect(taken).toBeLessThan(50_000);
  agent.destroy();
});

describe('readKey', () => {
  it('says that a key has a passphrase', async () => {
    const path = join(folder, 'locked');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', path]);
    expect(await readKey(await readFile(path))).toBe('passphrase');
    const pem = join(folder, 'locked-pem');
    await run('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', 'secret', '-f', pem]);
    expect(await readKey(await readFile(pem))).toBe('passphrase');
  });

  it('says that something else is none', async () => {
    expect(await readKey(await readFile(`${await keygen('public', '-t', 'ed25519')}.pub`))).toBe('no-key');
    for (const text of [
      '',
      'text',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
    ]) {
      expect(await readKey(Buffer.from(text))).toBe('no-key');
    }
  });
});

/** The algorithm and the signature that a fresh connection gives. */
async function ask(key: AgentKey, data: Buffer, flags: number): Promise<readonly [string, Buffer]> {
  const string = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const agent = connectKeyAgent([key]);
  const request = [Buffer.from([13]), string(key.publicKey), string(data), Buffer.from([0, 0, 0, flags])];
  agent.end(string(Buffer.concat(request)));
  const answer = Buffer.concat((await agent.toArray()) as Buffer[]);
  const signature = answer.subarray(9);
  const nameEnd = 4 + signature.readUInt32BE(0);
  return [signature.toString('utf8', 4, nameEnd), signature.subarray(nameEnd + 4)];
}
