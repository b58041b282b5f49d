import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/real-engine.ts';
import { buildGrants } from './build-grants.ts';

it('finds secrets from the folder: those that are named, else the variable or the file of the id', () => {
  const secrets = [
    { id: 'file', source: 'a/token' },
    { id: 'absolute', source: '/run/token' },
    { id: 'variable', environment: 'TOKEN' },
    { id: 'neither' },
  ];
  expect(buildGrants('/project', { secrets }).secrets).toEqual([
    { id: 'file', path: '/project/a/token' },
    { id: 'absolute', path: '/run/token' },
    { id: 'variable', environment: 'TOKEN', elsewhere: expect.any(Function) },
    { id: 'neither', environment: 'neither', elsewhere: expect.any(Function), path: '/project/neither' },
  ]);
});

it('finds variables in the folder, too, as Compose does', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, '.env'), 'KIND=file\n');
  const { secrets } = buildGrants(folder.path, { secrets: [{ id: 'x', environment: 'TOKEN' }] });
  expect(await secrets[0]!.elsewhere!('KIND')).toBe('file');
  expect(await secrets[0]!.elsewhere!('OTHER')).toBeUndefined();
});

it('finds sockets and keys from the folder', () => {
  const ssh = [
    { id: 'default', paths: [] },
    { id: 'keys', paths: ['id', '/abs'] },
  ];
  expect(buildGrants('/project', { ssh }).ssh).toEqual([
    { id: 'default', paths: [] },
    { id: 'keys', paths: ['/project/id', '/abs'] },
  ]);
  expect(buildGrants('/project', {})).toEqual({ secrets: [], ssh: [] });
});
