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
const find = (registry: string) => findCredentials(registry, env, home);

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
});
