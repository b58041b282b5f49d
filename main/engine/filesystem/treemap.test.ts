import { describe, expect, it } from 'vitest';
import { TreemapTile } from '../../../shared/model/files.ts';
import { bytes, dir, file, hardlink, symlink } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';
import { cutTreemap } from './treemap.ts';

const fs = merged(
  [
    file('/usr/bin/a', bytes(50)),
    file('/usr/bin/b', bytes(30, 'y')),
    file('/usr/lib/c', bytes(15, 'z')),
    file('/usr/lib/d', bytes(5)),
    file('/var/lib/apt/lists/x', bytes(40)),
    file('/var/lib/apt/lists/y', bytes(8)),
    dir('/var/cache'),
  ],
  [
    file('/usr/bin/new', bytes(60, 'q')),
    file('/z', bytes(3)),
    file('/empty'),
    symlink('/l', 'z'),
    hardlink('/zz', '/z'),
  ],
);

type Outline = string | Record<string, unknown>;

/** Names and bytes, nested. */
function outline({ name, bytes: size, children }: TreemapTile): Outline {
  const label = `${name} ${size}`;
  return children ? { [label]: children.map(outline) } : label;
}

const cut = (tiles: number, path = '/', layer?: number) => cutTreemap(fs, { path, tiles, filter: { layer } });

describe('a treemap', () => {
  it('shows everything that has bytes where it fits', () => {
    expect(outline(cut(100))).toEqual({
      '/ 211': [
        { 'usr 160': [{ 'bin 140': ['new 60', 'a 50', 'b 30'] }, { 'lib 20': ['c 15', 'd 5'] }] },
        { 'var/lib/apt/lists 48': ['x 40', 'y 8'] },
        'z 3',
      ],
    });
  });

  it('gives tiles to the largest first, and puts the rest of each directory into one tile', () => {
    expect(outline(cut(2))).toEqual({ '/ 211': ['usr 160', '2 more 51'] });
    expect(outline(cut(3))).toEqual({ '/ 211': [{ 'usr 160': ['bin 140', 'lib 20'] }, '2 more 51'] });
    expect(outline(cut(4))).toEqual({
      '/ 211': [{ 'usr 160': [{ 'bin 140': ['new 60', '2 more 80'] }, 'lib 20'] }, '2 more 51'],
    });
    expect(outline(cut(5))).toEqual({
      '/ 211': [{ 'usr 160': [{ 'bin 140': ['new 60', 'a 50', 'b 30'] }, 'lib 20'] }, '2 more 51'],
    });
    expect(outline(cut(6))).toEqual({
      '/ 211': [
        { 'usr 160': [{ 'bin 140': ['new 60', 'a 50', 'b 30'] }, 'lib 20'] },
        'var/lib/apt/lists 48',
        'z 3',
      ],
    });
  });

  it('is one tile where only one is wanted', () => {
    expect(cut(1)).toEqual({ name: '/', path: '/', kind: 'directory', bytes: 211, files: 8, layer: 0 });
  });

  it('tells path, kind, files and the layer of most bytes', () => {
    const root = cut(4);
    expect(root).toMatchObject({ path: '/', kind: 'directory', files: 8, layer: 0 });
    const usr = root.children![0]!;
    expect(usr).toMatchObject({ path: '/usr', kind: 'directory', files: 5, layer: 0 });
    const bin = usr.children![0]!;
    expect(bin).toMatchObject({ path: '/usr/bin', files: 3, layer: 0 });
    expect(bin.children).toMatchObject([
      { path: '/usr/bin/new', kind: 'file', files: 1, layer: 1 },
      { path: '/usr/bin', kind: 'more', files: 2, layer: 0 },
    ]);
    expect(root.children![1]).toMatchObject({ path: '/', kind: 'more', name: '2 more', files: 3, layer: 0 });
    expect(cut(100).children![1]).toMatchObject({ name: 'var/lib/apt/lists', path: '/var/lib/apt/lists' });
    expect(() => TreemapTile.parse(root)).not.toThrow();
  });

  it('begins at any path, which is never joined with what is below', () => {
    expect(outline(cut(100, '/var'))).toEqual({ 'var 48': [{ 'lib/apt/lists 48': ['x 40', 'y 8'] }] });
    expect(cut(100, '/usr/bin/a')).toEqual({
      name: 'a',
      path: '/usr/bin/a',
      kind: 'file',
      bytes: 50,
      files: 1,
      layer: 0,
    });
  });

  it('shows of a layer what it put there', () => {
    expect(outline(cut(100, '/', 1))).toEqual({ '/ 63': [{ 'usr/bin 60': ['new 60'] }, 'z 3'] });
    expect(cut(100, '/', 1)).toMatchObject({ layer: 1, files: 2 });
    expect(outline(cut(100, '/usr/lib', 1))).toBe('lib 0');
  });

  it('keeps to the tiles it may have where a path was a file and a directory', () => {
    const changing = merged(
      [file('/p', bytes(9))],
      [file('/p/a', bytes(7)), file('/p/b', bytes(5))],
      [file('/p', bytes(1))],
    );
    const filter = { causes: ['shadowed' as const] };
    const three = ['a 7', 'b 5', '1 more 9'];
    expect(outline(cutTreemap(changing, { path: '/p', tiles: 3, filter }))).toEqual({ 'p 21': three });
    const two = ['a 7', '2 more 14'];
    expect(outline(cutTreemap(changing, { path: '/p', tiles: 2, filter }))).toEqual({ 'p 21': two });
  });

  it('of an empty image is the empty root', () => {
    const empty = cutTreemap(merged([file('/empty'), dir('/d')]), { path: '/', tiles: 10 });
    expect(empty).toEqual({ name: '/', path: '/', kind: 'directory', bytes: 0, files: 0, layer: 0 });
    expect(cutTreemap(merged(), { path: '/', tiles: 10 })).toEqual(empty);
  });

  it('of what is not there is an error', () => {
    expect(() => cut(10, '/nowhere')).toThrow(expect.objectContaining({ code: 'path-not-found' }));
    expect(() => cut(10, '/', 2)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
