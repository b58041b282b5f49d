import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeOf, targetOf } from './app-route.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-route-'));
  mkdirSync(join(folder, 'oci'));
  writeFileSync(join(folder, 'oci', 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'saved'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('targetOf', () => {
  it('goes by what is on disk', () => {
    expect(targetOf(folder)).toEqual({ kind: 'folder', path: folder });
    expect(targetOf(join(folder, 'oci'))).toEqual({ kind: 'archive', path: join(folder, 'oci') });
    expect(targetOf(join(folder, 'saved'))).toEqual({ kind: 'archive', path: join(folder, 'saved') });
  });

  it.each(['./gone', '../gone', '/gone', '~/gone', 'gone.tar', 'gone.tar.gz', 'images/gone.tgz'])(
    'takes %s for a path even where nothing is',
    (text) => expect(targetOf(text)).toEqual({ kind: 'archive', path: resolve(text) }),
  );

  it.each(['debian:bookworm', 'gone', 'library/gone', 'host.example:5000/a/b@sha256:00', 'sha256:0123'])(
    'takes %s for an image',
    (text) => expect(targetOf(text)).toEqual({ kind: 'image', reference: text }),
  );
});

describe('routeOf', () => {
  it('survives any name', () => {
    const path = '/srv/a b&c=d#é%\n';
    const route = routeOf({ kind: 'folder', path });
    expect(route).toMatch(/^\/project\?folder=[\w%+.-]+$/);
    expect(new URL(route, 'http://127.0.0.1').searchParams.get('folder')).toBe(path);
  });

  it('tells archives and images apart', () => {
    expect(routeOf({ kind: 'archive', path: '/a.tar' })).toBe('/image?source=archive&path=%2Fa.tar');
    expect(routeOf({ kind: 'image', reference: 'a:1' })).toBe('/image?source=engine&ref=a%3A1');
  });
});
