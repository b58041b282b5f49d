import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCredentials } from './credentials.ts';

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'layerscope-home-'));
  await mkdir(join(home, '.docker'));
  await mkdir(join(home, 'bin'));
  env = { PATH: `${join(home, 'bin')}:${process.env.PATH}` };
});
afterEach(() => rm(home, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const config = (value: unknown) => writeFile(join(home, '.docker', 'config.json'), JSON.stringify(value));
const find = (registry: string, onProblem?: (problem: string) => void) =>
  findCredentials(registry, env, home, onProblem);

async function helper(name: string, script: string): Promise<void> {
  const path = join(home, 'bin', `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

describe('findCredentials', () => {
  it('reads what `docker login` wrote', async () => {
    await config({
      auths: {
        'https://index.docker.io/v1/': { auth: base64('me:pass:word') },
        'registry.example': { auth: base64('<token>:x'), identitytoken: 'T' },
        'https://old.example': { username: 'u', password: 'p' },
        'empty.example': {},
      },
    });
    expect(await find('docker.io')).toEqual({ username: 'me', password: 'pass:word' });
    expect(await find('registry-1.docker.io')).toEqual({ username: 'me', password: 'pass:word' });
    expect(await find('registry.example')).toMatchObject({ identityToken: 'T' });
    expect(await find('old.example')).toEqual({ username: 'u', password: 'p' });
    for (const none of ['empty.example', 'other.example', '__proto__', 'constructor']) {
      expect(await find(none)).toBeUndefined();
    }
  });

  it('asks the helper of a registry, else the one for all', async () => {
    await config({ credsStore: 'all', credHelpers: { 'one.example': 'one' } });
    await helper('one', `cat > ${home}/asked; echo '{"Username":"one","Secret":"s1"}'`);
    await helper('all', `echo '{"Username":"<token>","Secret":"T"}'`);
    expect(await find('one.example')).toEqual({ username: 'one', password: 's1' });
    expect(await readFile(join(home, 'asked'), 'utf8')).toBe('one.example');
    expect(await find('two.example')).toMatchObject({ identityToken: 'T' });
  });

  it('falls back to auths when the helper has nothing, is absent or no plain name', async () => {
    const auths = { 'a.example': { auth: base64('u:p') } };
    await helper('none', 'echo credentials not found; exit 1');
    for (const credsStore of ['none', 'absent', '../bin/none', 'none; true']) {
      await config({ auths, credsStore });
      expect(await find('a.example')).toEqual({ username: 'u', password: 'p' });
    }
  });

  it('takes a file without any for what it is', async () => {
    await config({ auths: null, credHelpers: 7, psFormat: 'x' });
    expect(await find('docker.io')).toBeUndefined();
  });

  it('finds a registry under the addresses that older commands wrote, and with its port', async () => {
    await config({
      auths: {
        'https://old.example/v1/': { auth: base64('a:1') },
        'http://port.example:5000': { auth: base64('b:2') },
        '127.0.0.1:5000': { auth: base64('c:3') },
        // What was decoded counts.
        'both.example/v2': { auth: base64('d:4'), username: 'x', password: 'y' },
      },
    });
    expect(await find('old.example')).toEqual({ username: 'a', password: '1' });
    expect(await find('port.example:5000')).toEqual({ username: 'b', password: '2' });
    expect(await find('127.0.0.1:5000')).toEqual({ username: 'c', password: '3' });
    expect(await find('both.example')).toEqual({ username: 'd', password: '4' });
    for (const none of ['port.example', '127.0.0.1', 'example', 'https:']) {
      expect(await find(none)).toBeUndefined();
    }
  });

  it('takes DOCKER_AUTH_CONFIG before the file, unless it is anything else than that', async () => {
    await config({
      auths: { 'a.example': { auth: base64('file:1') }, 'b.example': { auth: base64('file:2') } },
    });
    const auths = { 'a.example': { auth: base64('variable:3') } };
    env.DOCKER_AUTH_CONFIG = JSON.stringify({ auths });
    expect(await find('a.example')).toEqual({ username: 'variable', password: '3' });
    expect(await find('b.example')).toEqual({ username: 'file', password: '2' });
    for (const odd of ['', 'text', '[]', JSON.stringify({ auths, credsStore: 'x' })]) {
      env.DOCKER_AUTH_CONFIG = odd;
      expect(await find('a.example')).toEqual({ username: 'file', password: '1' });
    }
  });

  it('tells of a helper that does not work, not of one that has nothing', async () => {
    const problems: string[] = [];
    const ask = () => find('a.example', (problem) => problems.push(problem));
    await config({ credsStore: 'absent' });
    expect(await ask()).toBeUndefined();
    await helper('locked', 'echo "the keychain is locked"; echo more; exit 1');
    await config({ credsStore: 'locked' });
    expect(await ask()).toBeUndefined();
    expect(problems).toEqual([
      'The credential helper docker-credential-absent, which config.json names, cannot be started',
      'The credential helper docker-credential-locked failed, with "the keychain is locked"',
    ]);
    await helper('none', 'echo credentials not found in native keychain; exit 1');
    await config({ credsStore: 'none' });
    expect(await ask()).toBeUndefined();
    expect(problems).toHaveLength(2);
  });
});
