import { expect, it } from 'vitest';
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
    { id: 'variable', environment: 'TOKEN' },
    { id: 'neither', environment: 'neither', path: '/project/neither' },
  ]);
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
