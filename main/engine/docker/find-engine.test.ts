import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FindOptions } from './find-engine.ts';
import { findEngine } from './find-engine.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'layerscope-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function writeConfig(config: unknown): Promise<void> {
  await mkdir(join(home, '.docker'), { recursive: true });
  await writeFile(join(home, '.docker', 'config.json'), JSON.stringify(config));
}

async function writeContext(name: string, docker: unknown, files: readonly string[] = []): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = join(home, '.docker', 'contexts', 'meta', id);
  await mkdir(meta, { recursive: true });
  await writeFile(
    join(meta, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }),
  );
  const tls = join(home, '.docker', 'contexts', 'tls', id, 'docker');
  if (files.length > 0) await mkdir(tls, { recursive: true });
  for (const file of files) await writeFile(join(tls, file), '');
}

const find = (options: Omit<FindOptions, 'home'> = {}) =>
  findEngine({ env: {}, platform: 'linux', ...options, home });
const only = async (options: Omit<FindOptions, 'home'> = {}) => {
  const found = await find(options);
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe('findEngine', () => {
  it('decides as the docker command does', async () => {
    await writeContext('from-env', { Host: 'unix:///env-context.sock' });
    await writeContext('from-option', { Host: 'unix:///option-context.sock' });
    await writeContext('current', { Host: 'unix:///current.sock' });
    await writeConfig({ currentContext: 'current' });
    const env = { DOCKER_HOST: 'unix:///env.sock', DOCKER_CONTEXT: 'from-env' };

    expect(await only({ env, dockerHost: 'unix:///o.sock' })).toMatchObject({
      source: '--docker-host',
      url: 'unix:///o.sock',
    });
    expect(await only({ env, dockerContext: 'from-option' })).toMatchObject({
      source: '--docker-context',
      context: 'from-option',
      address: { kind: 'socket', path: '/option-context.sock' },
    });
    expect(await only({ env })).toMatchObject({ source: 'DOCKER_HOST', url: 'unix:///env.sock' });
    expect(await only({ env: { DOCKER_CONTEXT: 'from-env' } })).toMatchObject({
      url: 'unix:///env-context.sock',
    });
    expect(await only()).toMatchObject({
      source: 'current context',
      context: 'current',
      url: 'unix:///current.sock',
    });
    expect(await only({ env, dockerContext: 'default' })).toMatchObject({ source: 'DOCKER_HOST' });
    expect((await find({ dockerContext: 'default' }))[0]).toMatchObject({ source: 'usual-socket' });
    expect((await find({ env: { DOCKER_CONTEXT: 'default' } }))[0]).toMatchObject({ source: 'usual-socket' });
  });

  it('takes the certificates of a context and of DOCKER_CERT_PATH', async () => {
    await writeContext('far', { Host: 'tcp://far.example:2376' }, ['ca.pem', 'cert.pem', 'key.pem']);
    const far = await only({ dockerContext: 'far' });
    expect(far.tls).toMatchObject({
      verify: true,
      ca: expect.stringMatching(/contexts\/tls\/[0-9a-f]{64}\/docker\/ca\.pem$/),
    });
    expect(far.address).toEqual({ kind: 'tcp', host: 'far.example', port: 2376 });

    await writeContext('plain', { Host: 'tcp://far.example' });
    expect(await only({ dockerContext: 'plain' })).toMatchObject({ address: { port: 2375 } });
    await writeContext('unchecked', { Host: 'tcp://far.example', SkipTLSVerify: true });
    expect(await only({ dockerContext: 'unchecked' })).toMatchObject({
      tls: { verify: false },
      address: { port: 2376 },
    });

    const env = { DOCKER_HOST: 'tcp://:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(await only({ env })).toMatchObject({
      tls: { key: '/certs/key.pem', verify: true },
      address: { host: 'localhost' },
    });
    expect((await only({ env: { DOCKER_HOST: 'unix:///x', DOCKER_TLS_VERIFY: '1' } })).tls).toBeUndefined();
  });

  it.each([
    ['ssh://me@far.example', { kind: 'ssh', host: 'far.example', port: undefined, user: 'me' }],
    ['ssh://far.example:2222', { kind: 'ssh', host: 'far.example', port: 2222, user: undefined }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }],
    ['far.example:2375', { kind: 'tcp', host: 'far.example', port: 2375 }],
    ['unix://', { kind: 'socket', path: '/var/run/docker.sock' }],
  ])('reads the address %s', async (dockerHost, address) => {
    expect((await only({ dockerHost })).address).toEqual(address);
  });

  it.each(['tcp://', 'ftp://a', 'ssh://', 'ssh://me:secret@far.example', 'tcp://a:99999'])(
    'refuses the address %s',
    async (dockerHost) => {
      await expect(find({ dockerHost })).rejects.toMatchObject({ code: 'engine-unreachable' });
    },
  );

  it('lists the usual sockets of each platform, the system one first', async () => {
    const paths = async (platform: NodeJS.Platform, env = {}) =>
      (await find({ platform, env })).map(({ url }) => url);
    const linux = await paths('linux', { XDG_RUNTIME_DIR: '/run/user/7' });
    expect(linux[0]).toBe('unix:///var/run/docker.sock');
    expect(linux).toEqual(
      expect.arrayContaining([
        `unix://${home}/.docker/desktop/docker.sock`,
        'unix:///run/user/7/docker.sock',
        `unix://${home}/.colima/default/docker.sock`,
        `unix://${home}/.rd/docker.sock`,
        'unix:///run/user/7/podman/podman.sock',
      ]),
    );
    expect(await paths('darwin')).toContain(`unix://${home}/.orbstack/run/docker.sock`);
    expect(await paths('win32')).toEqual(expect.arrayContaining(['npipe:////./pipe/docker_engine']));
  });

  it('says which contexts there are when one is not', async () => {
    await writeContext('b', { Host: 'unix:///b' });
    await writeContext('a', { Host: 'unix:///a' });
    await expect(find({ dockerContext: '../../etc' })).rejects.toMatchObject({
      code: 'engine-unreachable',
      info: { message: 'There is no docker context "../../etc"', candidates: ['default', 'a', 'b'] },
    });
    await writeConfig({ currentContext: 'gone' });
    await expect(find()).rejects.toMatchObject({ code: 'engine-unreachable' });
  });

  it('refuses settings it cannot read', async () => {
    await writeConfig({});
    await writeFile(join(home, '.docker', 'config.json'), '{ not json');
    await expect(find()).rejects.toMatchObject({ info: { message: expect.stringContaining('config.json') } });
    await chmod(join(home, '.docker', 'config.json'), 0o600);
    await writeFile(join(home, '.docker', 'config.json'), '');
    expect((await find())[0]?.source).toBe('usual-socket');
  });

  it('honours DOCKER_CONFIG', async () => {
    await writeContext('c', { Host: 'unix:///c' });
    const other = join(home, '.docker');
    expect(
      (await findEngine({ env: { DOCKER_CONFIG: other, DOCKER_CONTEXT: 'c' }, home: '/nonexistent' }))[0]
        ?.url,
    ).toBe('unix:///c');
  });

  it('takes a host or a context, not both', async () => {
    await expect(find({ dockerHost: 'unix:///x', dockerContext: 'y' })).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
