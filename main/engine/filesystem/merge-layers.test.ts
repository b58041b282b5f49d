import { describe, expect, it } from 'vitest';
import { mergeLayers } from './merge-layers.ts';
import {
  bytes,
  device,
  dir,
  fifo,
  file,
  hardlink,
  type Item,
  layerOf,
  opaque,
  symlink,
  whiteout,
} from './testing/layer-of.ts';
import { livePaths, liveTree } from './testing/live-tree.ts';
import { merged } from './testing/merged.ts';
import { listWaste } from './waste.ts';

const nothing = { overwritten: 0, copiedUp: 0, deleted: 0, shadowed: 0, repeated: 0 };

describe('whiteouts', () => {
  it('remove a file, or a directory with all below it', () => {
    const fs = merged(
      [file('/a', bytes(1)), file('/d/b', bytes(2)), file('/d/e/c', bytes(4))],
      [whiteout('/a'), whiteout('/d')],
    );
    expect(livePaths(fs)).toEqual([]);
    expect(fs.totals).toMatchObject({ live: 0, byCause: { ...nothing, deleted: 7 } });
  });

  it.each([
    ['before', [whiteout('/a'), file('/a', bytes(10))]],
    ['after', [file('/a', bytes(10)), whiteout('/a')]],
  ])('go first when they stand %s what the same layer gives: the lower one is deleted', (_, items) => {
    const fs = merged([file('/a', bytes(10))], items);
    expect(livePaths(fs)).toEqual(['/a']);
    expect(fs.totals).toMatchObject({ live: 10, byCause: { ...nothing, deleted: 10 } });
    expect(fs.layerSizes[1]).toMatchObject({ added: 0, modified: 1, removed: 0 });
  });

  it('of a directory that is given again leave only the new children', () => {
    const fs = merged(
      [file('/d/old', bytes(3)), symlink('/d/link', 'old')],
      [file('/d/new', bytes(5)), whiteout('/d')],
    );
    expect(livePaths(fs)).toEqual(['/d', '/d/new']);
    expect(liveTree(fs)['/d']).toMatchObject({ bytes: 5 });
    expect(liveTree(fs)['/d']).not.toHaveProperty('layer');
  });

  it('of nothing do nothing, and imply no directory', () => {
    const fs = merged(
      [symlink('/link', '/')],
      [whiteout('/no/such/path'), opaque('/none'), whiteout('/link/a')],
    );
    expect(livePaths(fs)).toEqual(['/link']);
    expect(liveTree(fs)['/link']?.kind).toBe('symlink');
  });

  it('in the bottom layer are never shown as files', () => {
    const fs = merged([whiteout('/a'), opaque('/d'), opaque('/'), file('/d/b', bytes(1))]);
    expect(livePaths(fs)).toEqual(['/d', '/d/b']);
    expect(fs.totals).toMatchObject({ stored: 1, live: 1, files: 1 });
  });
});

describe('an opaque directory', () => {
  it('hides every lower descendant, and keeps what its own layer has in whatever order', () => {
    const fs = merged(
      [dir('/d', { mode: 0o700 }), file('/d/a', bytes(1)), file('/d/e/b', bytes(2))],
      [file('/d/new', bytes(4)), opaque('/d'), file('/d/e/c', bytes(8))],
    );
    expect(livePaths(fs)).toEqual(['/d', '/d/e', '/d/e/c', '/d/new']);
    expect(fs.totals?.byCause).toEqual({ ...nothing, deleted: 3 });
    // It was no directory entry: the lower one's attributes stay.
    expect(liveTree(fs)['/d']).toMatchObject({ mode: 0o700, layer: 0 });
  });

  it('can be the root', () => {
    const fs = merged([file('/a', bytes(1)), file('/d/b', bytes(2))], [opaque('/'), file('/c')]);
    expect(livePaths(fs)).toEqual(['/c']);
    expect(fs.totals?.byCause.deleted).toBe(3);
  });
});

describe('an existing path', () => {
  it('takes over the attributes of a directory and keeps its children', () => {
    const fs = merged(
      [dir('/d'), file('/d/a', bytes(5))],
      [dir('/d', { mode: 0o700, uid: 7, gid: 8, mtime: 9 })],
    );
    expect(liveTree(fs)['/d']).toMatchObject({ mode: 0o700, uid: 7, gid: 8, mtime: 9, layer: 1, bytes: 5 });
    expect(fs.totals?.reclaimable).toBe(0);
  });

  it('hides the children of a directory that a file replaces: shadowed', () => {
    const fs = merged([file('/d/a', bytes(5)), file('/d/e/b', bytes(6))], [file('/d', bytes(1))]);
    expect(livePaths(fs)).toEqual(['/d']);
    expect(fs.totals?.byCause).toEqual({ ...nothing, shadowed: 11 });
    expect(fs.layerSizes[1]).toMatchObject({ added: 1, modified: 0, removed: 2 });
  });

  it('that is a file is shadowed by any other kind', () => {
    const fs = merged(
      [file('/a', bytes(1)), file('/b', bytes(2)), file('/c', bytes(4)), file('/d', bytes(8))],
      [symlink('/a', 'x'), fifo('/b'), device('/c', '1:3'), dir('/d')],
    );
    expect(Object.values(liveTree(fs)).map(({ kind }) => kind)).toEqual([
      'symlink',
      'fifo',
      'character',
      'directory',
    ]);
    expect(fs.totals?.byCause).toEqual({ ...nothing, shadowed: 15 });
    expect(fs.layerSizes[1]).toMatchObject({ added: 0, modified: 3, removed: 1 });
  });

  it.each([
    ['a file', 'implied', [file('/p/a', bytes(1))]],
    ['a file', 'written', [dir('/p'), file('/p/a', bytes(1))]],
  ])('that is no directory is replaced where a layer has a directory: %s, %s', (_, __, items) => {
    const overFile = merged([file('/p', bytes(9))], items);
    expect(livePaths(overFile)).toEqual(['/p', '/p/a']);
    expect(overFile.totals?.byCause).toEqual({ ...nothing, shadowed: 9 });
    const overLink = merged([symlink('/p', 'q'), file('/q/b', bytes(2))], items);
    expect(livePaths(overLink)).toEqual(['/p', '/p/a', '/q', '/q/b']);
    expect(overLink.totals?.live).toBe(3);
  });

  it('is overwritten by other content and copied up by the same, whatever its metadata', () => {
    const fs = merged(
      [file('/a', bytes(10)), file('/b', bytes(20)), file('/c', bytes(30))],
      [
        file('/a', bytes(10, 'y')),
        file('/b', bytes(20), { mode: 0o600, uid: 1, mtime: 5 }),
        file('/c', bytes(31)),
      ],
    );
    expect(fs.totals?.byCause).toEqual({ ...nothing, overwritten: 40, copiedUp: 20 });
    expect(liveTree(fs)['/b']).toMatchObject({ mode: 0o600, uid: 1, mtime: 5, layer: 1 });
  });
});

describe('directories', () => {
  it('that no entry gives are 0755 of root, made by no layer', () => {
    const implied = liveTree(merged([file('/x/y/a', bytes(1))]))['/x'];
    expect(implied).toMatchObject({ kind: 'directory', mode: 0o755, uid: 0, gid: 0 });
    expect(implied).not.toHaveProperty('layer');
  });

  it('given after their children take the attributes of their entry', () => {
    const fs = merged([file('/x/a', bytes(1)), dir('/x', { mode: 0o711 })]);
    expect(liveTree(fs)['/x']).toMatchObject({ mode: 0o711, layer: 0, bytes: 1 });
  });

  it('may be the root itself', () => {
    expect(merged([dir('/', { mode: 0o700 })]).warnings).toEqual([]);
  });
});

describe('hard links', () => {
  it('count once, at the byte-wise smallest name', () => {
    const fs = merged([file('/b', bytes(100)), hardlink('/c', '/b'), hardlink('/a', '/c')]);
    expect(fs.totals).toMatchObject({ stored: 100, live: 100, files: 3 });
    expect(liveTree(fs)).toMatchObject({
      '/a': { bytes: 100 },
      '/b': { bytes: 0, sameAs: '/a' },
      '/c': { bytes: 0, sameAs: '/a' },
    });
  });

  it('order names by the bytes of whole paths, not of their parts', () => {
    const fs = merged([file('/a/z', bytes(9)), hardlink('/a-z', '/a/z')]);
    expect(liveTree(fs)['/a/z']).toMatchObject({ bytes: 0, sameAs: '/a-z' });
  });

  it('keep content live while any name is live, also over layers', () => {
    const names = [file('/a', bytes(100)), hardlink('/b', '/a')];
    expect(merged(names, [whiteout('/a')]).totals).toMatchObject({ live: 100, reclaimable: 0 });
    expect(merged(names, [whiteout('/a')], [file('/b', bytes(1))]).totals).toMatchObject({
      live: 1,
      byCause: { ...nothing, overwritten: 100 },
    });
  });

  it('that all go in one layer: the smallest name says how', () => {
    const names = [file('/b', bytes(100)), hardlink('/a', '/b')];
    const waste = (...items: Item[]) => listWaste(merged(names, items), 10).items;
    expect(waste(whiteout('/b'), file('/a', bytes(1)))).toMatchObject([{ path: '/a', cause: 'overwritten' }]);
    expect(waste(whiteout('/a'), file('/b', bytes(1)))).toMatchObject([{ path: '/a', cause: 'deleted' }]);
    expect(waste(file('/b', bytes(100)), symlink('/a', 'b'))).toMatchObject([
      { path: '/a', cause: 'shadowed' },
    ]);
  });

  it('bind to what the target is at that moment', () => {
    const fs = merged([
      file('/a', bytes(1)),
      hardlink('/b', '/a'),
      file('/a', bytes(2)),
      hardlink('/c', '/a'),
    ]);
    expect(liveTree(fs)).toMatchObject({
      '/a': { bytes: 2 },
      '/b': { bytes: 1 },
      '/c': { bytes: 0, sameAs: '/a' },
    });
    expect(fs.totals?.reclaimable).toBe(0);
  });

  it('look for their target below when this layer does not have it', () => {
    const fs = merged([file('/a', bytes(7))], [hardlink('/b', '/a')], [whiteout('/a')]);
    expect(liveTree(fs)).toMatchObject({ '/b': { bytes: 7, layer: 1 } });
    expect(fs.layerSizes[0]).toMatchObject({ stored: 7, live: 7 });
    expect(fs.layerSizes[1]).toMatchObject({ stored: 0, added: 1 });
  });

  it('to no file are another name of it', () => {
    const fs = merged([
      symlink('/link', 'there'),
      hardlink('/again', '/link'),
      fifo('/f'),
      hardlink('/g', '/f'),
    ]);
    expect(liveTree(fs)).toMatchObject({
      '/again': { kind: 'symlink', target: 'there' },
      '/g': { kind: 'fifo', sameAs: '/f' },
    });
  });

  it.each([
    ['nothing', []],
    ['a directory', [dir('/none')]],
    ['what this layer deleted', [whiteout('/none')]],
  ])('to %s are empty files, with a warning', (_, items) => {
    const fs = merged(
      [file('/none', bytes(3))],
      [whiteout('/none')],
      [...items, hardlink('/a', '/none'), hardlink('/b', '/none')],
    );
    expect(liveTree(fs)['/a']).toMatchObject({ kind: 'file', bytes: 0 });
    expect(fs.totals?.files).toBe(2);
    expect(fs.warnings).toEqual([
      {
        code: 'hard-link-target-missing',
        message: 'Layer 2: hard link to nothing, shown as an empty file: /a and 1 more',
      },
    ]);
  });

  it('survive that they take the place of their target, or of its parent', () => {
    const itself = merged([file('/a', bytes(5))], [hardlink('/a', '/a')]);
    expect(itself.totals).toMatchObject({ live: 5, reclaimable: 0 });
    const parent = merged([file('/a/b', bytes(5))], [hardlink('/a', '/a/b')]);
    expect(livePaths(parent)).toEqual(['/a']);
    expect(parent.totals).toMatchObject({ live: 5, reclaimable: 0 });
    const below = merged([file('/a', bytes(5))], [hardlink('/a/b', '/a')]);
    expect(livePaths(below)).toEqual(['/a', '/a/b']);
    expect(below.totals).toMatchObject({ live: 5, reclaimable: 0 });
  });
});

describe('several entries of one path in one tar', () => {
  it('the last wins, and the earlier content was stored: repeated', () => {
    const fs = merged([file('/a', bytes(10)), file('/a', bytes(20, 'y')), file('/a', bytes(20, 'y'))]);
    expect(fs.totals).toMatchObject({ stored: 50, live: 20, byCause: { ...nothing, repeated: 30 } });
    expect(fs.layerSizes[0]).toMatchObject({ added: 1, modified: 0, removed: 0 });
  });

  it('what this tar replaces of itself is repeated, of a lower layer what it is', () => {
    const fs = merged(
      [file('/d/low', bytes(1))],
      [file('/d/own', bytes(2)), file('/d', bytes(4)), symlink('/d', 'x')],
    );
    expect(fs.totals?.byCause).toEqual({ ...nothing, shadowed: 1, repeated: 6 });
    expect(fs.layerSizes[1]).toMatchObject({ added: 1, removed: 1 });
  });
});

/** Each copy-up with what it is one of, as `layer:entry` each. */
function copyUpsOf(...layers: readonly (readonly Item[])[]): string[] {
  const { copyUps, inodes } = merged(...layers);
  const made = (inode: number) => `${inodes.layer[inode]}:${inodes.entry[inode]}`;
  return Array.from(copyUps.inode, (inode, row) => `${made(inode)} of ${made(copyUps.of[row]!)}`);
}

describe('copy-ups', () => {
  const one = bytes(10);

  it('hold what their path held below, whatever their metadata', () => {
    const below = [file('/a', one), file('/b', one), symlink('/l', 'a'), symlink('/m', 'a'), file('/empty')];
    expect(
      copyUpsOf(below, [
        file('/a', one, { mode: 0o755, uid: 1, mtime: 7, xattrs: 'user.a=YQ==' }),
        file('/b', one),
        symlink('/l', 'a', { uid: 1 }),
        symlink('/m', 'b'),
        file('/empty', '', { uid: 1 }),
      ]),
    ).toEqual(['1:0 of 0:0', '1:1 of 0:1', '1:2 of 0:2', '1:4 of 0:4']);
  });

  it('are not what has other content, is of another kind, or is at another path', () => {
    expect(
      copyUpsOf(
        [file('/a', one), file('/b', one), fifo('/f'), device('/d', '1:3'), file('/dir/c', one)],
        [
          file('/a', bytes(10, 'y')),
          symlink('/b', 'a'),
          file('/f', one),
          device('/d', '1:5'),
          file('/new', one),
        ],
        [file('/dir', one)],
      ),
    ).toEqual([]);
  });

  it('go back a layer at a time, also where the one below or they themselves are gone again', () => {
    const again = (mode: number) => [file('/a', one, { mode })];
    expect(copyUpsOf(again(1), again(2), again(3), [whiteout('/a')])).toEqual(['1:0 of 0:0', '2:0 of 1:0']);
  });

  it('need their path to be there right below', () => {
    expect(copyUpsOf([file('/a', one)], [whiteout('/a')], [file('/a', one)])).toEqual([]);
    expect(copyUpsOf([file('/a', one)], [file('/a', 'other')], [file('/a', one)])).toEqual([]);
  });

  it.each([
    ['before', [whiteout('/d'), file('/d/a', one)], '1:1 of 0:0'],
    ['after', [file('/d/a', one), whiteout('/d')], '1:0 of 0:0'],
    ['by an opaque directory', [file('/d/a', one), opaque('/d')], '1:0 of 0:0'],
  ])('are also what their own layer took away, %s', (_, items, wanted) => {
    expect(copyUpsOf([file('/d/a', one)], items)).toEqual([wanted]);
  });

  it('are the last of several entries of one path', () => {
    const other = file('/a', bytes(3));
    expect(copyUpsOf([file('/a', one)], [other, file('/a', one), file('/a', one)])).toEqual(['1:2 of 0:0']);
    expect(copyUpsOf([file('/a', one)], [file('/a', one), other])).toEqual([]);
  });

  it('with several names are one of what the byte-wise smallest that had the same was', () => {
    const below = [file('/b', one), file('/c', one), file('/a', 'other')];
    const names = [hardlink('/b', '/c'), hardlink('/a', '/c'), hardlink('/0', '/c')];
    expect(copyUpsOf(below, [file('/c', one), ...names])).toEqual(['1:0 of 0:0']);
    expect(copyUpsOf(below, [file('/c', one), ...names.toReversed()])).toEqual(['1:0 of 0:0']);
    expect(
      copyUpsOf([file('/a/z', one), file('/a-z', one)], [file('/a/z', one), hardlink('/a-z', '/a/z')]),
    ).toEqual(['1:0 of 0:1']);
  });

  it('with several names come in the order of inodes, in whatever order the names come', () => {
    expect(
      copyUpsOf(
        [file('/a', one), file('/b', one), file('/c', bytes(4))],
        [file('/a', one), file('/c', bytes(4)), hardlink('/b', '/a')],
      ),
    ).toEqual(['1:0 of 0:0', '1:1 of 0:2']);
    expect(
      copyUpsOf(
        [file('/a', one), file('/b', bytes(4))],
        [file('/x', one), file('/b', bytes(4)), hardlink('/a', '/x')],
      ),
    ).toEqual(['1:0 of 0:0', '1:1 of 0:1']);
  });

  it('are not what an older inode gets as a name, but what a link makes of nothing may be one', () => {
    expect(copyUpsOf([file('/a', one), file('/b', one)], [hardlink('/b', '/a')])).toEqual([]);
    expect(copyUpsOf([file('/a', one)], [hardlink('/a', '/a')])).toEqual([]);
    expect(copyUpsOf([file('/a')], [hardlink('/a', '/none')])).toEqual(['1:0 of 0:0']);
  });
});

describe('what a layer changed', () => {
  it('counts paths that are no directories', () => {
    const fs = merged(
      [dir('/d'), file('/d/a'), file('/d/b'), symlink('/l', 'a')],
      [dir('/d', { mode: 0o700 }), dir('/e'), file('/e/new'), symlink('/l', 'b'), whiteout('/d/a')],
    );
    expect(fs.layerSizes[0]).toMatchObject({ added: 3, modified: 0, removed: 0 });
    expect(fs.layerSizes[1]).toMatchObject({ added: 1, modified: 1, removed: 1 });
  });

  it('is nothing where a path came and went within the layer', () => {
    const fs = merged([dir('/d')], [file('/d', bytes(1)), dir('/d'), file('/x'), dir('/x')]);
    expect(fs.layerSizes[1]).toMatchObject({ added: 0, modified: 0, removed: 0 });
  });
});

describe('an image', () => {
  it('may have no layers, or empty ones, and is then efficient', () => {
    const sizes = { stored: 0, live: 0, reclaimable: 0, files: 0, efficiency: 1, byCause: nothing };
    expect(mergeLayers([]).totals).toEqual(sizes);
    expect(mergeLayers([layerOf()]).totals).toEqual(sizes);
    expect(livePaths(mergeLayers([]))).toEqual([]);
  });

  it('may have the same layer twice', () => {
    const layer = layerOf(file('/a', bytes(10)));
    expect(mergeLayers([layer, layer]).totals).toMatchObject({
      stored: 20,
      live: 10,
      byCause: { copiedUp: 10 },
    });
  });

  it('leaves out an entry for the root that is no directory', () => {
    const fs = merged([file('/', bytes(3)), file('/a', bytes(1)), symlink('/', 'x')]);
    expect(livePaths(fs)).toEqual(['/a']);
    expect(fs.warnings).toEqual([
      { code: 'root-not-a-directory', message: 'Layer 0: an entry for / that is no directory is left out' },
    ]);
  });

  it('tells nothing that depends on a layer that is not available, and everything else', () => {
    const fs = mergeLayers([layerOf(file('/a', bytes(1))), undefined, layerOf(file('/b', bytes(2)))]);
    expect(livePaths(fs)).toEqual(['/a', '/b']);
    expect(fs.complete).toBe(false);
    expect(fs.totals).toBeUndefined();
    expect(fs.layerSizes).toEqual([
      { stored: 1, live: null, reclaimable: null, tar: 2048, added: 1, modified: 0, removed: 0 },
      { stored: null, live: null, reclaimable: null, tar: null, added: null, modified: null, removed: null },
      { stored: 2, live: 2, reclaimable: 0, tar: 2048, added: null, modified: null, removed: null },
    ]);
  });

  it('does not stumble over a tar that changes a large directory to and fro', () => {
    const children = Array.from({ length: 2000 }, (_, i) => file(`/d/${i}`, 'x'));
    const toggles = Array.from({ length: 4000 }, (_, i) => (i % 2 ? dir('/d') : file('/d', 'y')));
    expect(merged(children, toggles).totals?.byCause).toMatchObject({ shadowed: 2000, repeated: 2000 });
  });

  it('does not go through what is long gone in every layer that hides it again', () => {
    const children = layerOf(...Array.from({ length: 30_000 }, (_, i) => file(`/d/${i}`, 'x')));
    const again = layerOf(whiteout('/d'), file('/d/last', 'y'));
    const fs = mergeLayers([children, ...Array.from({ length: 10_000 }, () => again)]);
    expect(fs.totals?.byCause).toMatchObject({ deleted: 30_000 + 9_999 });
    expect(livePaths(fs)).toEqual(['/d', '/d/last']);
  });

  it('makes plain data, which another thread can take as it is', () => {
    const fs = merged([file('/a/b', bytes(3)), hardlink('/c', '/a/b')], [whiteout('/a'), symlink('/d', 'c')]);
    const copy = structuredClone(fs);
    expect(liveTree(copy)).toEqual(liveTree(fs));
  });
});
