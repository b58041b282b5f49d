import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rendererFile } from './renderer-files.ts';

const folder = resolve('/srv/renderer');

it('answers addresses inside the app with index.html', () => {
  for (const path of ['/', '/project', '/a/b/', '/caf%C3%A9']) {
    expect(rendererFile(folder, path)?.path, path).toBe(join(folder, 'index.html'));
  }
});

it('finds files, whatever their case of extension', () => {
  expect(rendererFile(folder, '/assets/a%20b.JS')).toMatchObject({
    path: join(folder, 'assets', 'a b.JS'),
    contentType: 'text/javascript; charset=utf-8',
  });
});

it('knows no file of other types', () => {
  for (const path of ['/a.exe', '/.env', '/a.ts', '/a.js.bak']) {
    const file = rendererFile(folder, path);
    expect(file === undefined || file.path === join(folder, 'index.html'), path).toBe(true);
  }
});

it('never leaves its folder', () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '/',
    '\\',
    '%5c',
    'a',
    'a.js',
    '%00',
    '%',
    'C:',
    '~',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      for (const separator of ['/', '']) {
        const path = rendererFile(folder, `/${parts.join(separator)}`)?.path;
        if (path !== undefined) expect(path.startsWith(`${folder}/`)).toBe(true);
      }
    }),
  );
});
