import { describe, it, vi } from 'vitest';
import { type Case, checkCase } from './testing/check-case.ts';
import { forms } from './testing/containers.ts';
import { bytes, dir, file, hardlink, opaque, symlink, whiteout } from './testing/entries.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// "The sizes" of layers.md. That sums reconcile is held for every case of every table (expectReconciled).

const five = { a: file('a', 5), other: file('a', bytes(5, 'y')) };

const rules: Readonly<Record<string, readonly Case[]>> = {
  'stored and live': [
    {
      name: 'all that layers carry, and each inode once',
      layers: [
        [file('a', 100), hardlink('b', 'a'), symlink('s', 'a'), dir('d')],
        [file('c', 30), file('a', bytes(7, 'y'))],
      ],
      expected: {
        stored: 137,
        live: 137,
        files: 3,
        causes: {},
        weights: [
          [100, 100],
          [37, 37],
        ],
        changes: [
          [3, 0, 0],
          [1, 1, 0],
        ],
      },
    },
    {
      name: 'nothing stored: nothing live, and efficient',
      layers: [[], [dir('d'), symlink('l', 'd'), file('empty')]],
      expected: { stored: 0, live: 0, files: 1, causes: {}, duplicates: 0, waste: [] },
    },
    {
      name: 'bytes of a layer far below die in the layer that hides them, whatever lies between',
      layers: [[file('a', 5)], [file('b', 6)], [], [whiteout('a')]],
      expected: {
        waste: ['/a 5 deleted 0>3'],
        weights: [
          [5, 0],
          [6, 6],
          [0, 0],
          [0, 0],
        ],
      },
    },
  ],

  'files as large as columns are wide': [
    {
      name: 'around powers of 256',
      layers: [
        [...[255, 256, 257, 65_535, 65_536, 65_537].map((size) => file(`f${size}`, size))],
        [file('f256', 1), whiteout('f65536')],
      ],
      expected: {
        stored: 255 + 256 + 257 + 65_535 + 65_536 + 65_537 + 1,
        waste: ['/f65536 65536 deleted 0>1', '/f256 256 overwritten 0>1'],
      },
    },
  ],

  causes: [
    {
      name: 'overwritten: other content of equal length',
      layers: [[five.a], [five.other]],
      expected: { causes: { overwritten: 5 } },
    },
    {
      name: 'overwritten: the same bytes and more',
      layers: [[five.a], [file('a', 6)]],
      expected: { causes: { overwritten: 5 } },
    },
    {
      name: 'overwritten: emptied',
      layers: [[five.a], [file('a')]],
      expected: { causes: { overwritten: 5 }, live: 0 },
    },
    ...(
      [
        ['mode', { mode: 0o600 }],
        ['owner', { uid: 1 }],
        ['group', { gid: 1 }],
        ['time', { mtime: 1000 }],
        ['xattr', { pax: { 'SCHILY.xattr.user.a': 'b' } }],
        ['nothing', {}],
      ] as const
    ).map(([what, more]) => ({
      name: `copied up: ${what} changed`,
      layers: [[five.a], [file('a', 5, more)]],
      expected: { causes: { copiedUp: 5 }, live: 5, waste: ['/a 5 copiedUp 0>1'] },
    })),
    {
      name: 'deleted: by an opaque directory',
      layers: [[file('d/a', 5)], [opaque('d')]],
      expected: { causes: { deleted: 5 } },
    },
    {
      name: 'deleted: and given again with equal content in a later layer',
      layers: [[five.a], [whiteout('a')], [five.a]],
      expected: { causes: { deleted: 5 }, live: 5, waste: ['/a 5 deleted 0>1'] },
    },
    {
      name: 'shadowed: another kind took the path',
      layers: [[five.a], [dir('a')]],
      expected: { causes: { shadowed: 5 } },
    },
    {
      name: 'shadowed: or a parent of it',
      layers: [[file('d/e/a', 5)], [symlink('d', 'x')]],
      expected: { causes: { shadowed: 5 } },
    },
    {
      name: 'repeated: whatever the same tar put in its place',
      layers: [[five.a, five.other, symlink('a', 'x'), file('d/b', 7), file('d', 1)]],
      expected: { causes: { repeated: 17 }, live: 1 },
    },
    {
      name: 'a hard link over a file: overwritten by other content, copied up by equal content',
      layers: [
        [file('a', 5), file('b', bytes(5, 'y')), file('c', 5)],
        [hardlink('b', 'a'), hardlink('c', 'a')],
      ],
      expected: { causes: { overwritten: 5, copiedUp: 5 }, live: 5 },
    },
    {
      name: 'each layer that stores the same again wastes the one before',
      layers: [[five.a], [file('a', 5, { mode: 0o600 })], [five.other], [whiteout('a')]],
      expected: {
        waste: ['/a 5 copiedUp 0>1', '/a 5 overwritten 1>2', '/a 5 deleted 2>3'],
        live: 0,
        causes: { copiedUp: 5, overwritten: 5, deleted: 5 },
      },
    },
  ],

  'the way the last names went': [
    {
      name: 'the byte-wise smallest name’s, whichever entry comes first',
      layers: [
        [file('b', 100), hardlink('a', 'b')],
        [whiteout('b'), file('a', bytes(3, 'y'))],
      ],
      expected: { waste: ['/a 100 overwritten 0>1'] },
    },
    {
      name: 'also when that name went first',
      layers: [
        [file('b', 100), hardlink('a', 'b')],
        [whiteout('a'), file('b', bytes(3, 'y'))],
      ],
      expected: { waste: ['/a 100 deleted 0>1'] },
    },
    {
      name: 'of whole paths, not of their parts',
      layers: [
        [file('a/z', 100), hardlink('a-z', 'a/z')],
        [whiteout('a-z'), symlink('a/z', 'x')],
      ],
      expected: { waste: ['/a-z 100 deleted 0>1'] },
    },
    {
      name: 'of the layer that took the last one',
      layers: [[file('a', 100), hardlink('b', 'a')], [file('a', 1)], [whiteout('b')]],
      expected: { waste: ['/b 100 deleted 0>2'] },
    },
    {
      name: 'content that was linked again survives',
      layers: [
        [file('a', 100)],
        [hardlink('b', 'a')],
        [whiteout('a')],
        [hardlink('c', 'b'), whiteout('none')],
      ],
      expected: { tree: { '/b': 'file 100', '/c': 'file of /b' }, causes: {} },
    },
  ],

  duplicates: [
    {
      name: 'live inodes of equal content, beyond the first; no hard links, no empty ones, no dead ones',
      layers: [
        [file('a', 10), file('b/c', 10), hardlink('h', 'a'), file('e1'), file('e2'), file('gone', 10)],
        [file('d', 10), file('other', bytes(10, 'y')), whiteout('gone')],
      ],
      expected: { duplicates: 20, causes: { deleted: 10 }, live: 40 },
    },
    {
      name: 'whatever their metadata',
      layers: [[file('a', 10, { mode: 0o600, uid: 1 }), file('b', 10, { mtime: 5000 })]],
      expected: { duplicates: 10 },
    },
  ],

  'bytes by path': [
    {
      name: 'the smallest live name carries them, also when a smaller one has gone',
      layers: [[file('a', 9), hardlink('b', 'a'), hardlink('c', 'a')], [whiteout('a')]],
      expected: {
        tree: { '/b': 'file 9', '/c': 'file of /b' },
        rows: { '/b': { bytes: 9 }, '/c': { bytes: 0, files: 1 } },
      },
    },
    {
      name: 'a directory has the sum of what is below, each inode once',
      layers: [[file('d/a', 9), hardlink('d/e/b', 'd/a'), hardlink('c', 'd/a'), file('d/f', 1)]],
      expected: {
        rows: {
          '/c': { bytes: 9 },
          '/d': { bytes: 1, files: 3 },
          '/d/a': { bytes: 0, sameAs: '/c' },
          '/d/e': { bytes: 0, files: 1 },
        },
      },
    },
  ],

  'added, modified, removed': [
    {
      name: 'count paths that are no directories, those below a removed directory included',
      layers: [
        [dir('d'), file('d/a', 1), file('d/e/b', 1), symlink('l', 'd'), file('m', 1)],
        [whiteout('d'), file('d/a', 2), file('n'), symlink('l', 'x'), dir('m')],
      ],
      expected: {
        changes: [
          [4, 0, 0],
          [1, 2, 2],
        ],
      },
    },
    {
      name: 'what came and went within a layer is none',
      layers: [[dir('d')], [file('d', 1), dir('d'), file('x', 1), dir('x')]],
      expected: {
        changes: [
          [0, 0, 0],
          [0, 0, 0],
        ],
      },
    },
  ],
};

describe.each(Object.entries(rules))('%s', (_, cases) => {
  it.each(cases)('$name', (each) => checkCase(each));
});

// Columns are as wide as there are layers; which form they come in makes no difference to that.
const manyLayers = [128, 257].map(
  (count): Case => ({
    name: `${count} layers`,
    layers: Array.from({ length: count }, (_, layer) => [
      file('a', layer + 1),
      ...(layer === 0 ? [file('bottom', 7)] : []),
      ...(layer === count - 1 ? [whiteout('bottom'), file('top', 3)] : []),
    ]),
    expected: {
      tree: { '/a': `file ${count}`, '/top': 'file 3' },
      rows: { '/a': { layer: count - 1 }, '/top': { layer: count - 1 } },
      stored: (count * (count + 1)) / 2 + 10,
      live: count + 3,
      causes: { overwritten: (count * (count - 1)) / 2, deleted: 7 },
      changes: Array.from({ length: count }, (_, layer): readonly [number, number, number] => {
        if (layer === 0) return [2, 0, 0];
        return layer === count - 1 ? [1, 1, 1] : [0, 1, 0];
      }),
    },
  }),
);

it.each(manyLayers)('$name', (each) => checkCase(each, forms.slice(0, 1)));
