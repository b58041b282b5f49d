import { describe, expect, it } from 'vitest';
import { listDirectory } from './list-directory.ts';
import { bytes, device, dir, fifo, file, hardlink, symlink } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';

const fs = merged(
  [
    dir('/etc', { mode: 0o700, uid: 1, gid: 2, mtime: 3000 }),
    file('/etc/a', bytes(5), { mode: 0o4755, uid: 4, gid: 5, mtime: 6000 }),
    dir('/empty'),
    symlink('/link', 'etc'),
    device('/null', '1:3'),
    fifo('/pipe'),
  ],
  [file('/etc/b', bytes(20, 'y')), hardlink('/etc/A', '/etc/b'), file('/z', bytes(2)), file('/etc/e')],
);
const page = { offset: 0, limit: 100 };
const names = (query: Parameters<typeof listDirectory>[1]) =>
  listDirectory(fs, query).rows.map(({ name }) => name);

describe('a listing', () => {
  it('has the directory with its sums, and a row for each child', () => {
    const { directory, total, rows } = listDirectory(fs, { path: '/etc', ...page });
    expect(directory).toEqual({
      name: 'etc',
      path: '/etc',
      kind: 'directory',
      bytes: 25,
      files: 4,
      layer: 0,
      mode: 0o700,
      uid: 1,
      gid: 2,
      mtime: 3000,
      hasChildren: true,
    });
    expect(total).toBe(4);
    expect(rows).toEqual([
      expect.objectContaining({ path: '/etc/A', kind: 'file', bytes: 20, files: 1, layer: 1 }),
      {
        name: 'a',
        path: '/etc/a',
        kind: 'file',
        change: 'added',
        bytes: 5,
        files: 1,
        layer: 0,
        mode: 0o4755,
        uid: 4,
        gid: 5,
        mtime: 6000,
        hasChildren: false,
      },
      expect.objectContaining({ path: '/etc/b', bytes: 0, sameAs: '/etc/A', layer: 1 }),
      expect.objectContaining({ path: '/etc/e', bytes: 0 }),
    ]);
  });

  it('says what is no file and no directory', () => {
    const { directory, rows } = listDirectory(fs, { path: '/', sort: 'name', ...page });
    expect(directory).toMatchObject({ name: '/', path: '/', bytes: 27, files: 5 });
    expect(rows.map(({ name, kind, target, hasChildren }) => [name, kind, target, hasChildren])).toEqual([
      ['empty', 'directory', undefined, false],
      ['etc', 'directory', undefined, true],
      ['link', 'symlink', 'etc', false],
      ['null', 'character', undefined, false],
      ['pipe', 'fifo', undefined, false],
      ['z', 'file', undefined, false],
    ]);
  });

  it('has the pages that sorting all of it gives, also far down a large directory', () => {
    const all = Array.from({ length: 5000 }, (_, at) => `file-${((at * 7919) % 5000).toString(36)}`);
    const large = merged(all.map((name, at) => file(`/d/${name}`, bytes(at % 3))));
    const sorted = all.toSorted((a, b) => (a < b ? -1 : 1));
    const bySize = sorted.toSorted((a, b) => (all.indexOf(b) % 3) - (all.indexOf(a) % 3));
    const rows = (query: Partial<Parameters<typeof listDirectory>[1]>) =>
      listDirectory(large, { path: '/d', offset: 0, limit: 50, ...query }).rows.map(({ name }) => name);
    for (const offset of [0, 1990, 2500, 4980]) {
      const end = offset + 50;
      expect(rows({ offset, sort: 'name' })).toEqual(sorted.slice(offset, end));
      expect(rows({ offset, sort: 'name', reverse: true })).toEqual(sorted.toReversed().slice(offset, end));
      expect(rows({ offset })).toEqual(bySize.slice(offset, end));
      expect(rows({ offset, sort: 'mtime' })).toEqual(sorted.slice(offset, end));
      expect(rows({ offset, sort: 'mtime', reverse: true })).toEqual(sorted.slice(offset, end));
    }
  });

  it('is sorted by bytes, then name, or by the bytes of names', () => {
    expect(names({ path: '/etc', ...page })).toEqual(['A', 'a', 'b', 'e']);
    expect(names({ path: '/', ...page })).toEqual(['etc', 'z', 'empty', 'link', 'null', 'pipe']);
    expect(names({ path: '/', sort: 'name', ...page })).toEqual([
      'empty',
      'etc',
      'link',
      'null',
      'pipe',
      'z',
    ]);
  });

  it('comes in pages', () => {
    const query = { path: '/', sort: 'name', limit: 2 } as const;
    expect(listDirectory(fs, { ...query, offset: 0 }).total).toBe(6);
    expect(names({ ...query, offset: 0 })).toEqual(['empty', 'etc']);
    expect(names({ ...query, offset: 4 })).toEqual(['pipe', 'z']);
    expect(names({ ...query, offset: 5 })).toEqual(['z']);
    expect(names({ ...query, offset: 9 })).toEqual([]);
  });

  it('shows of a layer what it put there and is still live, with its sums', () => {
    const ofLayer = (layer: number, path: string) => listDirectory(fs, { path, filter: { layer }, ...page });
    expect(ofLayer(1, '/').directory).toMatchObject({ bytes: 22, files: 4, hasChildren: true });
    expect(ofLayer(1, '/').rows.map(({ name, bytes, files }) => [name, bytes, files])).toEqual([
      ['etc', 20, 3],
      ['z', 2, 1],
    ]);
    expect(ofLayer(1, '/etc').rows.map(({ name }) => name)).toEqual(['A', 'b', 'e']);
    expect(ofLayer(0, '/').rows.map(({ name }) => name)).toEqual(['etc', 'link', 'null', 'pipe']);
    expect(ofLayer(1, '/empty')).toMatchObject({ total: 0, directory: { hasChildren: false } });
    expect(ofLayer(1, '/').directory.bytes + ofLayer(0, '/').directory.bytes).toBe(fs.totals!.live);
  });

  it('is of the directory that a link leads to', () => {
    expect(listDirectory(fs, { path: '/link', ...page }).directory.path).toBe('/etc');
  });

  it.each(['/nowhere', '/etc/a', '/null', '/etc/a/b'])('of what is no directory is an error: %s', (path) => {
    expect(() => listDirectory(fs, { path, ...page })).toThrow(
      expect.objectContaining({ code: 'path-not-found' }),
    );
  });

  it('of a layer that the image does not have is an error', () => {
    const query = { path: '/', filter: { layer: 2 }, ...page };
    expect(() => listDirectory(fs, query)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
