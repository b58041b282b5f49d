import { describe, expect, it, vi } from 'vitest';
import {
  base256,
  gnuMagic,
  octal,
  padded,
  paxEntry,
  rawEntry,
  rawHeader,
  rawTar,
} from '../archive/testing/tar-blocks.ts';
import { temporaryFolder } from '../testing/real-engine.ts';
import { openWith, withApi } from './testing/analyze.ts';
import { type Case, checkCase, checkRefused } from './testing/check-case.ts';
import { forms, writeForm } from './testing/containers.ts';
import { bytes, device, dir, fifo, file, hardlink, opaque, symlink, whiteout } from './testing/entries.ts';

// A test reads many archives.
vi.setConfig({ testTimeout: 60_000 });

// The table "Reading a layer" of layers.md, a block of cases a row. Each runs in every form an image is stored in.

const rows: Readonly<Record<string, readonly Case[]>> = {
  Paths: [
    {
      name: './a, /a and a are the same',
      layers: [[file('./a', 1), file('/a', bytes(2, 'y')), file('a', bytes(4, 'z'))], [file('//a/.', 8)]],
      expected: { tree: { '/a': 'file 8' }, causes: { repeated: 3, overwritten: 4 } },
    },
    {
      name: '. and / are the root',
      layers: [[dir('./', { mode: 0o700 }), dir('/', { mode: 0o711 }), file('./a', 1)]],
      expected: { tree: { '/a': 'file 1' } },
    },
    {
      name: 'missing parents are directories 0755 of nobody’s layer',
      layers: [[file('a/b/c', 3)]],
      expected: {
        tree: { '/a': 'directory', '/a/b': 'directory', '/a/b/c': 'file 3' },
        rows: { '/a/b': { mode: 0o755, uid: 0, gid: 0, layer: undefined } },
      },
    },
    {
      name: 'a parent given after its child takes the entry’s attributes',
      layers: [[file('a/b', 3), dir('a', { mode: 0o750, uid: 5 })]],
      expected: { tree: { '/a': 'directory 750', '/a/b': 'file 3' }, rows: { '/a': { uid: 5, layer: 0 } } },
    },
    {
      name: 'names may have two dots, be of objects, or be no UTF-8',
      layers: [
        rawTar(
          rawEntry({ name: '..a/b..' }, 'x'),
          rawEntry({ name: '__proto__' }, 'xx'),
          rawEntry({ patch: [[0, Buffer.from([0xff, 0xfe])]] }, 'xxx'),
        ),
      ],
      expected: {
        tree: {
          '/..a': 'directory',
          '/..a/b..': 'file 1',
          '/__proto__': 'file 2',
          '/\ufffd\ufffd': 'file 3',
        },
      },
    },
  ],

  'Long names, big sizes': [
    {
      name: 'GNU long names and links, for one entry only',
      layers: [
        rawTar(
          rawEntry({ name: '././@LongLink', type: 'L', magic: gnuMagic }, `${bytes(300, 'n')}\0`),
          rawEntry({ name: 'cut', magic: gnuMagic }, 'abc'),
          rawEntry({ name: '././@LongLink', type: 'K', magic: gnuMagic }, `${bytes(200, 't')}\0`),
          rawEntry({ name: 'link', type: '2', link: 'cut', magic: gnuMagic }),
          rawEntry({ name: 'next', type: '2', link: 'own', magic: gnuMagic }),
        ),
      ],
      expected: {
        tree: {
          [`/${bytes(300, 'n')}`]: 'file 3',
          '/link': `symlink → ${bytes(200, 't')}`,
          '/next': 'symlink → own',
        },
      },
    },
    {
      name: 'PAX names, links and the size, for one entry only',
      layers: [
        rawTar(
          paxEntry([
            ['path', bytes(400, 'p')],
            ['size', '700'],
            ['uid', '3000000'],
            ['mtime', '1.5'],
          ]),
          // What the header itself says is too small to be true.
          rawHeader({ name: 'cut', size: 0 }),
          padded(bytes(700)),
          paxEntry([['linkpath', bytes(150, 't')]]),
          rawEntry({ name: 'link', type: '2', link: 'cut' }),
          rawEntry({ name: 'next' }, 'abc'),
        ),
      ],
      expected: {
        tree: {
          '/link': `symlink → ${bytes(150, 't')}`,
          '/next': 'file 3',
          [`/${bytes(400, 'p')}`]: 'file 700',
        },
        rows: { [`/${bytes(400, 'p')}`]: { uid: 3_000_000, mtime: 1500 }, '/next': { uid: 0, mtime: 0 } },
        stored: 703,
      },
    },
    {
      name: 'ustar prefixes',
      layers: [rawTar(rawEntry({ name: 'b/c', prefix: bytes(120, 'a') }, 'abc'))],
      expected: {
        tree: {
          [`/${bytes(120, 'a')}`]: 'directory',
          [`/${bytes(120, 'a')}/b`]: 'directory',
          [`/${bytes(120, 'a')}/b/c`]: 'file 3',
        },
      },
    },
    {
      name: 'base-256 numbers',
      layers: [
        rawTar(
          rawHeader({
            name: 'a',
            magic: gnuMagic,
            patch: [
              [108, base256(3_000_000n, 8)],
              [124, base256(600n, 12)],
              [136, base256(-5n, 12)],
            ],
          }),
          padded(bytes(600)),
          rawEntry({ name: 'b' }, 'x'),
        ),
      ],
      expected: {
        tree: { '/a': 'file 600', '/b': 'file 1' },
        rows: { '/a': { uid: 3_000_000, mtime: -5000 } },
      },
    },
    {
      name: 'global PAX headers are ignored, whatever they say',
      layers: [
        rawTar(
          paxEntry(
            [
              ['path', 'wrong'],
              ['size', '5'],
            ],
            'g',
          ),
          rawEntry({ name: 'a' }, 'x'),
          rawEntry({ name: 'pax_global_header', type: 'g' }, 'no records at all'),
          rawEntry({ name: 'b' }, 'xx'),
        ),
      ],
      expected: { tree: { '/a': 'file 1', '/b': 'file 2' } },
    },
  ],

  'Whiteout .wh.X': [
    {
      name: 'removes a file, and a directory with all below it, of lower layers',
      layers: [
        [file('a', 1), file('d/b', 2), file('d/e/c', 4), symlink('s', 'a')],
        [whiteout('a'), whiteout('d'), whiteout('s')],
      ],
      expected: {
        tree: {},
        causes: { deleted: 7 },
        changes: [
          [4, 0, 0],
          [0, 0, 4],
        ],
        waste: ['/d/e/c 4 deleted 0>1', '/d/b 2 deleted 0>1', '/a 1 deleted 0>1'],
      },
    },
    ...[
      { order: 'first', items: [whiteout('a'), file('a', bytes(10, 'y'))] },
      { order: 'last', items: [file('a', bytes(10, 'y')), whiteout('a')] },
    ].map(({ order, items }) => ({
      name: `standing ${order} keeps what its own layer gives: the lower one is deleted`,
      layers: [[file('a', 10)], items],
      expected: {
        tree: { '/a': 'file 10' },
        causes: { deleted: 10 },
        changes: [
          [1, 0, 0],
          [0, 1, 0],
        ] as const,
        weights: [
          [10, 0],
          [10, 10],
        ] as const,
      },
    })),
    {
      name: 'of equal content is still deleted, not copied up',
      layers: [[file('a', 10)], [file('a', 10), whiteout('a')]],
      expected: { tree: { '/a': 'file 10' }, causes: { deleted: 10 } },
    },
    {
      name: 'of a directory given again leaves only new children, after them or before',
      layers: [
        [file('d/old', 3), dir('d', { mode: 0o700 })],
        [file('d/new', 5), whiteout('d')],
      ],
      expected: { tree: { '/d': 'directory', '/d/new': 'file 5' }, causes: { deleted: 3 } },
    },
    {
      name: 'is one by its name whatever the entry is',
      layers: [
        [file('a', 1), file('b', 2), file('c', 4), file('d', 8)],
        [dir('.wh.a'), symlink('.wh.b', 'x'), hardlink('.wh.c', 'd'), fifo('.wh.d')],
      ],
      expected: { tree: {}, causes: { deleted: 15 } },
    },
    {
      name: 'does not reach into its own layer’s other paths or like-named ones',
      layers: [
        [file('a', 1), file('ab', 2)],
        [whiteout('a'), file('a.b', 4)],
      ],
      expected: { tree: { '/a.b': 'file 4', '/ab': 'file 2' }, causes: { deleted: 1 } },
    },
    {
      name: 'of a name that begins with a dot, or of nothing',
      layers: [[file('.hidden', 1)], [whiteout('.hidden'), whiteout('none'), whiteout('no/such/path')]],
      expected: { tree: {}, causes: { deleted: 1 } },
    },
  ],

  'Parent that is no directory': [
    {
      name: 'a link or file of a lower layer is replaced by an implied directory',
      layers: [
        [symlink('l', 'real'), file('real/a', 1), file('f', 2)],
        [file('l/b', 4), file('f/c', 8)],
      ],
      expected: {
        tree: {
          '/f': 'directory',
          '/f/c': 'file 8',
          '/l': 'directory',
          '/l/b': 'file 4',
          '/real': 'directory',
          '/real/a': 'file 1',
        },
        causes: { shadowed: 2 },
        changes: [
          [3, 0, 0],
          [2, 0, 2],
        ],
      },
    },
    {
      name: 'and by a written one',
      layers: [
        [symlink('l', '/'), file('f', 2)],
        [dir('l'), dir('f', { mode: 0o700 }), file('l/b', 4)],
      ],
      expected: {
        tree: { '/f': 'directory 700', '/l': 'directory', '/l/b': 'file 4' },
        causes: { shadowed: 2 },
      },
    },
  ],

  'Opaque .wh..wh..opq': [
    {
      name: 'hides every lower descendant, keeps its own layer’s and the directory itself',
      layers: [
        [dir('d', { mode: 0o700 }), file('d/a', 1), file('d/e/b', 2), file('other', 16)],
        [file('d/new', 4), opaque('d'), file('d/e/c', 8)],
      ],
      expected: {
        tree: {
          '/d': 'directory 700',
          '/d/e': 'directory',
          '/d/e/c': 'file 8',
          '/d/new': 'file 4',
          '/other': 'file 16',
        },
        causes: { deleted: 3 },
        changes: [
          [3, 0, 0],
          [2, 0, 2],
        ],
      },
    },
    {
      name: 'can be of the root',
      layers: [
        [file('a', 1), file('d/b', 2)],
        [opaque(''), file('c', 4)],
      ],
      expected: { tree: { '/c': 'file 4' }, causes: { deleted: 3 } },
    },
    {
      name: 'is exactly that name',
      layers: [
        [file('d/a', 1)],
        [file('d/.wh..opq', 9), file('d/.wh..wh..opq2', 9), file('d/.wh..wh..op', 9), file('d/.opq', 2)],
      ],
      expected: {
        tree: { '/d': 'directory', '/d/.opq': 'file 2', '/d/a': 'file 1' },
        stored: 3,
        causes: {},
      },
    },
    {
      name: 'of what is no directory below hides nothing',
      layers: [[file('d', 5)], [opaque('d'), opaque('none')]],
      expected: { tree: { '/d': 'file 5' }, causes: {} },
    },
  ],

  '.wh..wh.* otherwise': [
    {
      name: 'AUFS metadata and all below it is skipped and counted nowhere',
      layers: [
        [
          dir('.wh..wh.plnk'),
          file('.wh..wh.plnk/12.34', 100),
          file('.wh..wh.plnk/d/e', 100),
          file('.wh..wh.plnk/.wh.a', 100),
          file('.wh..wh.plnk/.wh.', 100),
          file('.wh..wh.aufs', 100),
          file('v/.wh..wh.orph/x', 100),
          file('.wh..wh..opq/x', 100),
          file('a', 1),
        ],
        [file('.wh..wh.a', 100), file('.wh..wh.plnk/a', 100)],
      ],
      expected: {
        tree: { '/a': 'file 1' },
        stored: 1,
        files: 1,
        causes: {},
        changes: [
          [1, 0, 0],
          [0, 0, 0],
        ],
      },
    },
    {
      name: 'a bare .wh. is reported, and its parent stays',
      layers: [
        [file('d/a', 1)],
        [file('d/.wh.', 9), file('.wh.', 9), file('d/.wh..', 9), file('d/.wh...', 9)],
      ],
      expected: {
        tree: { '/d': 'directory', '/d/a': 'file 1' },
        stored: 1,
        warnings: [
          'layer-odd: the marker "d/.wh." means nothing',
          'layer-odd: the marker ".wh." means nothing',
          'layer-odd: the marker "d/.wh.." means nothing',
          'layer-odd: the marker "d/.wh..." means nothing',
        ],
      },
    },
    {
      name: 'what is below a whiteout means nothing, and is reported',
      layers: [[file('a/b', 1)], [file('.wh.a/b', 9)]],
      expected: {
        tree: { '/a': 'directory', '/a/b': 'file 1' },
        stored: 1,
        warnings: ['layer-odd: ".wh.a/b" means nothing'],
      },
    },
  ],

  'Markers in the bottom layer': [
    {
      name: 'are no files, count nothing, and imply no directory',
      layers: [[file('.wh.a', 100), file('x/.wh.b', 100), file('y/.wh..wh..opq', 100), file('z', 1)]],
      expected: { tree: { '/z': 'file 1' }, stored: 1, live: 1, files: 1, causes: {}, changes: [[1, 0, 0]] },
    },
    {
      name: 'nor in any other layer, also over a link',
      layers: [
        [symlink('l', '/')],
        [file('l/.wh.a', 100), file('n/o/.wh.p', 100), file('n/.wh..wh..opq', 100)],
      ],
      expected: {
        tree: { '/l': 'symlink → /' },
        stored: 0,
        changes: [
          [1, 0, 0],
          [0, 0, 0],
        ],
      },
    },
  ],

  'Existing path': [
    {
      name: 'a directory over a directory replaces attributes and keeps children',
      layers: [[dir('d'), file('d/a', 5)], [dir('d', { mode: 0o700, uid: 7, gid: 8, mtime: 9000 })]],
      expected: {
        tree: { '/d': 'directory 700', '/d/a': 'file 5' },
        rows: { '/d': { uid: 7, gid: 8, mtime: 9000, layer: 1 } },
        causes: {},
        changes: [
          [1, 0, 0],
          [0, 0, 0],
        ],
      },
    },
    {
      name: 'a file over a directory hides all its children',
      layers: [[file('d/a', 5), file('d/e/b', 6), symlink('d/l', 'a')], [file('d', 1)]],
      expected: {
        tree: { '/d': 'file 1' },
        causes: { shadowed: 11 },
        changes: [
          [3, 0, 0],
          [1, 0, 3],
        ],
      },
    },
    {
      name: 'any kind over any other replaces it',
      layers: [
        [file('a', 1), file('b', 2), file('c', 4), file('d', 8), symlink('e', 'x'), fifo('f')],
        [symlink('a', 'x'), fifo('b'), device('c', 1, 3), dir('d'), file('e', 16), file('f', 32)],
      ],
      expected: {
        tree: {
          '/a': 'symlink → x',
          '/b': 'fifo',
          '/c': 'character',
          '/d': 'directory',
          '/e': 'file 16',
          '/f': 'file 32',
        },
        causes: { shadowed: 15 },
        changes: [
          [6, 0, 0],
          [0, 5, 1],
        ],
      },
    },
    {
      name: 'a file over a file takes its attributes with it',
      layers: [
        [file('a', 5, { mode: 0o4755, uid: 1, gid: 2, mtime: 3000 })],
        [file('a', 6, { mode: 0o600 })],
      ],
      expected: {
        rows: { '/a': { mode: 0o600, uid: 0, gid: 0, mtime: 0, layer: 1 } },
        causes: { overwritten: 5 },
      },
    },
  ],

  'Hard link': [
    {
      name: 'content counts once, at the byte-wise smallest name, and every name is a file',
      layers: [[file('b', 100), hardlink('c', 'b'), hardlink('a', './c'), file('a-', 1)]],
      expected: {
        tree: { '/a': 'file 100', '/a-': 'file 1', '/b': 'file of /a', '/c': 'file of /a' },
        stored: 101,
        live: 101,
        files: 4,
        duplicates: 0,
      },
    },
    {
      name: 'content stays live while any name is, and dies with its last',
      layers: [
        [file('a', 100), hardlink('b', 'a'), hardlink('c', 'a')],
        [whiteout('a'), file('b', 1)],
        [symlink('c', 'b')],
      ],
      expected: {
        tree: { '/b': 'file 1', '/c': 'symlink → b' },
        waste: ['/c 100 shadowed 0>2'],
        weights: [
          [100, 0],
          [1, 1],
          [0, 0],
        ],
      },
    },
    {
      name: 'binds to what its target is at that moment',
      layers: [[file('a', 1), hardlink('b', 'a'), file('a', 2), hardlink('c', 'a')]],
      expected: { tree: { '/a': 'file 2', '/b': 'file 1', '/c': 'file of /a' }, causes: {} },
    },
    {
      name: 'to a target outside its layer looks below',
      layers: [[file('d/a', 7)], [hardlink('b', '/d/a')], [whiteout('d')]],
      expected: {
        tree: { '/b': 'file 7' },
        causes: {},
        changes: [
          [1, 0, 0],
          [1, 0, 0],
          [0, 0, 1],
        ],
        weights: [
          [7, 7],
          [0, 0],
          [0, 0],
        ],
      },
    },
    {
      name: 'to what is no file is another name of it',
      layers: [
        [
          symlink('l', 'x'),
          hardlink('m', 'l'),
          fifo('p'),
          hardlink('q', 'p'),
          device('t', 1, 3),
          hardlink('u', 't'),
        ],
      ],
      expected: {
        tree: {
          '/l': 'symlink → x',
          '/m': 'symlink of /l',
          '/p': 'fifo',
          '/q': 'fifo of /p',
          '/t': 'character',
          '/u': 'character of /t',
        },
        rows: { '/m': { target: 'x' } },
        files: 0,
      },
    },
    {
      name: 'to nothing is an empty file, with a warning',
      layers: [
        [dir('d'), file('gone', 3)],
        [hardlink('a', 'none'), hardlink('b', 'd'), hardlink('c', 'gone'), whiteout('gone')],
      ],
      expected: {
        tree: { '/a': 'file 0', '/b': 'file 0', '/c': 'file 0', '/d': 'directory' },
        files: 3,
        causes: { deleted: 3 },
        warnings: ['hard-link-target-missing: hard link to nothing, shown as an empty file: /a and 2 more'],
      },
    },
    {
      name: 'has no content of its own, whatever its size field says',
      layers: [
        rawTar(
          rawEntry({ name: 'a' }, 'abc'),
          rawHeader({ name: 'b', type: '1', link: 'a', size: 512 }),
          rawEntry({ name: 'c' }, 'x'),
        ),
      ],
      expected: { tree: { '/a': 'file 3', '/b': 'file of /a', '/c': 'file 1' }, stored: 4 },
    },
    {
      name: 'that takes the place of its target keeps the content',
      layers: [
        [file('a/b', 5), file('c', 6)],
        [hardlink('a', 'a/b'), hardlink('c', 'c')],
      ],
      expected: { tree: { '/a': 'file 5', '/c': 'file 6' }, causes: {} },
    },
  ],

  'Symbolic link': [
    {
      name: 'a changed target is a change',
      layers: [[symlink('l', 'old')], [symlink('l', 'new')]],
      expected: {
        tree: { '/l': 'symlink → new' },
        changes: [
          [1, 0, 0],
          [0, 1, 0],
        ],
      },
    },
  ],

  'Duplicate entries in one tar': [
    {
      name: 'the last wins, and what came earlier was stored',
      layers: [
        [file('a', 10), file('a', bytes(20, 'y')), file('a', bytes(20, 'y')), fifo('p'), file('p', 3)],
      ],
      expected: {
        tree: { '/a': 'file 20', '/p': 'file 3' },
        stored: 53,
        live: 23,
        causes: { repeated: 30 },
        changes: [[2, 0, 0]],
        waste: ['/a 20 repeated 0>0', '/a 10 repeated 0>0'],
      },
    },
    {
      name: 'of a path that a lower layer has: that one is overwritten, the own one repeated',
      layers: [[file('a', 1)], [file('a', bytes(2, 'y')), file('a', bytes(4, 'z'))]],
      expected: {
        causes: { overwritten: 1, repeated: 2 },
        changes: [
          [1, 0, 0],
          [0, 1, 0],
        ],
      },
    },
  ],

  'Devices, FIFOs, xattrs': [
    {
      name: 'are metadata, and no bytes',
      layers: [
        [
          device('null', 1, 3),
          { path: 'disk', type: 'block-device', device: { major: 8, minor: 1 }, uid: 6 },
          fifo('pipe'),
          file('capable', 4, { pax: { 'SCHILY.xattr.security.capability': 'x' } }),
        ],
      ],
      expected: {
        tree: { '/capable': 'file 4', '/disk': 'block', '/null': 'character', '/pipe': 'fifo' },
        rows: { '/disk': { uid: 6, bytes: 0 } },
        stored: 4,
        files: 1,
        changes: [[4, 0, 0]],
      },
    },
    {
      name: 'a file stored again for an xattr is copied up',
      layers: [[file('a', 9)], [file('a', 9, { pax: { 'SCHILY.xattr.user.a': 'b' } })]],
      expected: { causes: { copiedUp: 9 } },
    },
  ],

  'Sparse files': [
    {
      name: 'count at their logical size, and equal the same stored in full',
      layers: [
        rawTar(
          rawHeader({
            name: 'gnu',
            type: 'S',
            size: 3,
            magic: gnuMagic,
            patch: [
              [386, `${octal(1000, 11)}\0${octal(3, 11)}\0`],
              [483, `${octal(5000, 11)}\0`],
            ],
          }),
          padded('abc'),
          paxEntry([
            ['GNU.sparse.major', '1'],
            ['GNU.sparse.minor', '0'],
            ['GNU.sparse.name', 'pax'],
            ['GNU.sparse.realsize', '5000'],
          ]),
          rawEntry(
            { name: 'GNUSparseFile.0/pax' },
            Buffer.concat([padded('1\n1000\n3\n'), Buffer.from('abc')]),
          ),
          rawEntry(
            { name: 'zfull' },
            Buffer.concat([Buffer.alloc(1000), Buffer.from('abc'), Buffer.alloc(3997)]),
          ),
        ),
      ],
      expected: {
        tree: { '/gnu': 'file 5000', '/pax': 'file 5000', '/zfull': 'file 5000' },
        stored: 15_000,
        duplicates: 10_000,
      },
    },
  ],
};

describe.each(Object.entries(rows))('%s', (_, cases) => {
  it.each(cases)('$name', (each) => checkCase(each));
});

describe('Paths', () => {
  it.each(['../a', 'a/../b', 'a/..', '..', '/../a'])('refuses %s', async (path) => {
    await checkRefused(
      rawTar(rawEntry({ name: path }, 'x')),
      'layer-invalid',
      `${JSON.stringify(path)} leads upwards`,
    );
  });

  it('refuses a NUL', async () => {
    const tar = rawTar(paxEntry([['path', 'a\0b']]), rawEntry({ name: 'a' }, 'x'));
    await checkRefused(tar, 'layer-invalid', 'contains a NUL');
    const link = rawTar(paxEntry([['linkpath', 'a\0b']]), rawEntry({ name: 'a', type: '2' }));
    await checkRefused(link, 'layer-invalid', 'contains a NUL');
  });

  it('refuses a hard link that leads upwards', async () => {
    const tar = rawTar(rawEntry({ name: 'a', type: '1', link: '../../etc/passwd' }));
    await checkRefused(tar, 'layer-invalid', 'leads upwards');
  });
});

describe('Long names, big sizes', () => {
  it('takes a size beyond 8 GiB', () =>
    checkCase({
      name: '',
      layers: [
        rawTar(
          rawHeader({
            name: 'large',
            type: 'S',
            size: 3,
            magic: gnuMagic,
            patch: [
              [386, `${octal(1000, 11)}\0${octal(3, 11)}\0`],
              [483, base256(2n ** 40n, 12)],
            ],
          }),
          padded('abc'),
          rawEntry({ name: 'next' }, 'x'),
        ),
      ],
      expected: { tree: { '/large': `file ${2 ** 40}`, '/next': 'file 1' }, stored: 2 ** 40 + 1 },
    }));

  it('refuses a size that is negative', async () => {
    const tar = rawTar(rawHeader({ name: 'a', magic: gnuMagic, patch: [[124, base256(-512n, 12)]] }));
    await checkRefused(tar, 'layer-invalid', 'size');
  });
});

describe('Symbolic link', () => {
  it('leads where it says inside the image, and never out of it', async () => {
    await using folder = await temporaryFolder();
    const layers = [
      [file('d/e/found', 1), symlink('absolute', '/d'), symlink('d/e/up', '../../../../../../d')],
      [symlink('d/chain', 'e/up/e'), symlink('loop', 'loop'), symlink('out', '/etc/passwd')],
    ];
    for (const form of forms) {
      const { path } = await writeForm(folder.path, form, [{ layers }]);
      await withApi({}, async (api) => {
        const { handle } = await openWith(api, { path });
        const namesAt = async (at: string) => {
          const { rows } = await api.call('files.list', {
            handle,
            path: at,
            offset: 0,
            limit: 10,
            sort: 'name',
          });
          return rows.map(({ name }) => name);
        };
        expect(await namesAt('/absolute')).toEqual(['chain', 'e']);
        expect(await namesAt('/d/e/up')).toEqual(['chain', 'e']);
        expect(await namesAt('/d/chain')).toEqual(['found', 'up']);
        expect(await namesAt('/absolute/chain/up/e')).toEqual(['found', 'up']);
        for (const nowhere of ['/loop', '/out', '/loop/x', '/../etc']) {
          await expect(namesAt(nowhere)).rejects.toMatchObject({ code: 'path-not-found' });
        }
      });
    }
  });
});
