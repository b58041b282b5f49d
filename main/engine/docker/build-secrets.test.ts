import { chmod, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { largestSecret, openSecrets, type SecretSource } from './build-secrets.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layerscope-secrets-'));
  path = join(folder, 'token');
  await writeFile(path, 'in the file');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = { TOKEN: 'in the variable', EMPTY: '' };

async function read(source: Omit<SecretSource, 'id'>): Promise<string> {
  const secret = await openSecrets([{ id: 's', ...source }], env);
  return Buffer.from((await secret('s'))!).toString();
}

it('takes the variable where it is set, else the file', async () => {
  expect(await read({ path })).toBe('in the file');
  expect(await read({ environment: 'TOKEN' })).toBe('in the variable');
  expect(await read({ environment: 'TOKEN', path })).toBe('in the variable');
  expect(await read({ environment: 'EMPTY', path })).toBe('');
  expect(await read({ environment: 'OTHER', path })).toBe('in the file');
});

it('looks elsewhere for a variable that is not set, before it takes the file', async () => {
  const elsewhere = async (variable: string) => (variable === 'OTHER' ? 'elsewhere' : undefined);
  expect(await read({ environment: 'OTHER', elsewhere, path })).toBe('elsewhere');
  expect(await read({ environment: 'EMPTY', elsewhere, path })).toBe('');
  expect(await read({ environment: 'NEITHER', elsewhere, path })).toBe('in the file');
});

it('has nothing under another name', async () => {
  const secret = await openSecrets([{ id: 's', path }], env);
  for (const id of ['', 't', '__proto__']) expect(await secret(id)).toBeUndefined();
});

it('reads when it is asked, so that a change in between is seen', async () => {
  const secret = await openSecrets([{ id: 's', path }], env);
  await writeFile(path, 'changed');
  expect(Buffer.from((await secret('s'))!).toString()).toBe('changed');
  await rm(path);
  await expect(secret('s')).rejects.toMatchObject({ code: 'secret-unavailable' });
});

it('takes as much as BuildKit does, and any bytes', async () => {
  const bytes = Buffer.alloc(largestSecret, 0xff);
  await writeFile(path, bytes);
  const secret = await openSecrets([{ id: 's', path }], env);
  expect(Buffer.compare((await secret('s'))!, bytes)).toBe(0);
  await truncate(path, largestSecret + 1);
  await expect(secret('s')).rejects.toMatchObject({ message: expect.stringContaining('larger than 500 KB') });
  await expect(openSecrets([{ id: 's', path }], env)).rejects.toMatchObject({ code: 'secret-unavailable' });
});

it.each<[string, () => Omit<SecretSource, 'id'>, RegExp]>([
  ['a file that is not there', () => ({ path: join(folder, 'no') }), /"s".*there is no file ".*no"$/],
  [
    'neither a variable nor a file',
    () => ({ environment: 'NO', path: join(folder, 'no') }),
    /there is no file ".*no" and no variable "NO"$/,
  ],
  ['a path through a file', () => ({ path: join(path, 'x') }), /there is no file/],
  ['a folder', () => ({ path: folder }), /is no regular file/],
  ['a device', () => ({ path: '/dev/zero' }), /is no regular file/],
  ['a variable that is not set', () => ({ environment: 'NO' }), /the environment variable "NO" is not set/],
  ['a variable that every object has', () => ({ environment: 'constructor' }), /is not set/],
  ['a path that is none', () => ({ path: '\0' }), /cannot be read/],
])('says before the build what is wrong with %s', async (_, source, message) => {
  await expect(openSecrets([{ id: 's', ...source() }], env)).rejects.toMatchObject({
    code: 'secret-unavailable',
    message: expect.stringMatching(message),
  });
});

it('says that a file may not be read', async () => {
  await chmod(path, 0);
  // Root may read everything: it is nobody for a moment.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await expect(openSecrets([{ id: 's', path }], env)).rejects.toMatchObject({
      message: expect.stringContaining('you have no permission'),
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});
