import { expect, it, vi } from 'vitest';
import type { TestImage } from '../archive/testing/build-archive.ts';
import type { TestEntry } from '../archive/testing/build-layer.ts';
import { temporaryFolder } from '../testing/real-engine.ts';
import { openWith, withApi } from './testing/analyze.ts';
import { forms, writeForm } from './testing/containers.ts';
import { bytes, device, dir, fifo, file, hardlink, symlink, whiteout } from './testing/entries.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// "Comparing two images" of layers.md, over images that were read from every form they can be stored in.

interface Comparison {
  readonly name: string;
  readonly left: readonly (readonly TestEntry[])[];
  readonly right: readonly (readonly TestEntry[])[];
  /** `KIND PATH LEFT RIGHT`, `moved FROM PATH LEFT RIGHT`; everything but the same, empty files left out. */
  readonly changes: readonly string[];
  /** Paths that are the same. */
  readonly same?: number;
}

const xattr = { pax: { 'SCHILY.xattr.user.a': 'b' } };

const comparisons: readonly Comparison[] = [
  {
    name: 'only left, only right, other content, another kind; directories do not count',
    left: [
      [dir('d'), file('d/gone', 5), file('content', 6), file('kind', 7), file('same', 8), dir('only-left')],
    ],
    right: [
      [
        dir('d', { mode: 0o700 }),
        file('new', 9),
        file('content', bytes(6, 'y')),
        symlink('kind', 'x'),
        file('same', 8),
      ],
    ],
    changes: ['added /new - 9', 'changed /kind 7 0', 'removed /d/gone 5 -', 'changed /content 6 6'],
    same: 1,
  },
  {
    name: 'a directory in place of a file, and the other way round',
    left: [[file('a', 5), file('b/c', 7)]],
    right: [[file('a/b', bytes(6, 'y')), file('b', bytes(8, 'y'))]],
    changes: ['added /b - 8', 'removed /b/c 7 -', 'added /a/b - 6', 'removed /a 5 -'],
  },
  {
    name: 'a link that leads elsewhere, a device of another number, another kind without content',
    left: [[symlink('l', 'old'), device('c', 1, 3), fifo('p'), symlink('m', 'x'), file('k1'), fifo('k2')]],
    right: [[symlink('l', 'new'), device('c', 1, 5), fifo('p'), symlink('m', 'x'), fifo('k1'), file('k2')]],
    changes: ['changed /c 0 0', 'changed /l 0 0', 'changed /k1 0 0', 'changed /k2 0 0'],
    same: 2,
  },
  {
    name: 'mode, owner, group and xattr are metadata; time alone is nothing',
    left: [[file('mode', 5), file('uid', 6), file('gid', 7), file('xattr', 8), file('time', 9)]],
    right: [
      [
        file('mode', 5, { mode: 0o600 }),
        file('uid', 6, { uid: 1 }),
        file('gid', 7, { gid: 1 }),
        file('xattr', 8, xattr),
        file('time', 9, { mtime: 9000 }),
      ],
    ],
    changes: ['metadata /gid 7 7', 'metadata /mode 5 5', 'metadata /uid 6 6', 'metadata /xattr 8 8'],
    same: 1,
  },
  {
    name: 'the number of links and the name that carries the bytes are metadata',
    left: [[file('a', 5), hardlink('b', 'a'), file('y', bytes(6, 'y')), hardlink('z', 'y')]],
    right: [
      [file('a', 5), hardlink('b', 'a'), hardlink('c', 'a'), file('x', bytes(6, 'y')), hardlink('z', 'x')],
    ],
    changes: ['added /c - 0', 'metadata /a 5 5', 'metadata /b 0 0', 'moved /y /x 6 6', 'metadata /z 0 0'],
  },
  {
    name: 'moved: equal content, each used once, the same basename first, then byte order',
    left: [[file('old/name', 5), file('old/a', 5), file('old/b', 5), file('empty')]],
    right: [[file('new/z', 5), file('new/name', 5, { mode: 0o600 }), file('other-empty')]],
    changes: ['removed /old/b 5 -', 'moved /old/name /new/name 5 5', 'moved /old/a /new/z 5 5'],
  },
  {
    name: 'what lower layers hold and the image does not is no difference',
    left: [[file('a', 5), file('gone', 100)], [whiteout('gone')]],
    right: [[file('a', 9)], [file('a', 5)]],
    changes: [],
    same: 1,
  },
];

it.each(comparisons)('$name', async ({ left, right, changes, same = 0 }) => {
  await using folder = await temporaryFolder();
  for (const form of forms) {
    const write = async (name: string, layers: TestImage['layers']) =>
      (await writeForm(folder.path, form, [{ names: [name], layers }])).path;
    const paths = [await write('left:1', left), await write('right:1', right)] as const;
    await withApi({}, async (api) => {
      const [a, b] = [await openWith(api, { path: paths[0] }), await openWith(api, { path: paths[1] })];
      const handles = { left: a.handle, right: b.handle };
      const document = await api.call('compare.open', handles);
      const page = await api.call('compare.changes', { ...handles, offset: 0, limit: 1000 });
      const text = page.rows.map((row) =>
        [row.kind, ...(row.from ? [row.from] : []), row.path, row.left ?? '-', row.right ?? '-'].join(' '),
      );
      const weight = (row: string) =>
        Math.abs((Number(row.split(' ').at(-1)) || 0) - (Number(row.split(' ').at(-2)) || 0));
      expect(text.map(weight), form.name).toEqual(text.map(weight).sort((x, y) => y - x));
      const shown = text.filter((row) => !/ empty | other-empty /.test(row.replaceAll('/', ' ')));
      expect(shown.sort(), form.name).toEqual([...changes].sort());
      const difference = b.document.image.sizes.live! - a.document.image.sizes.live!;
      expect(page.totalBytes).toBe(difference);
      expect(document.delta.live).toBe(difference);
      const tree = await api.call('compare.tree', { ...handles, path: '/', offset: 0, limit: 1000 });
      expect(tree.directory.changes).toBe(page.total);
      expect((tree.directory.right ?? 0) - (tree.directory.left ?? 0)).toBe(difference);
      expect(document.directories!.totalBytes).toBe(difference);
      expect(document.difference!.verdict).toContainEqual({ bytes: b.document.image.sizes.live! });
      const { same: equal, ...others } = document.totals!;
      expect(Object.values(others).reduce((sum, total) => sum + total.bytes, 0)).toBe(difference);
      expect(equal.files).toBe(same);
      expect(document).toMatchObject({ left: { name: 'left:1' }, right: { name: 'right:1' } });
    });
  }
});
