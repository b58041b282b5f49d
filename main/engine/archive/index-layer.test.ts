import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildLayer, buildLayerIndex, digestOf, indexTar, type TestEntry } from './testing/build-layer.ts';
import { listLayer, nodePath } from './testing/list-layer.ts';
import { base256, gnuMagic, octal, padded, rawEntry, rawHeader, rawTar } from './testing/tar-blocks.ts';

const list = async (entries: TestEntry[]) => listLayer(await buildLayerIndex(entries));
const paths = async (entries: TestEntry[]) => (await list(entries)).map(({ path }) => path);

describe('paths', () => {
  it('reads ./a, /a and a as the same path', async () => {
    const index = await buildLayerIndex([
      { path: './a/b', content: '1' },
      { path: '/a/b', content: '2' },
      { path: 'a//b', content: '3' },
      { path: 'a/./b', content: '4' },
    ]);
    expect(new Set(index.entryNode).size).toBe(1);
    expect(listLayer(index).map(({ path }) => path)).toEqual(['/a/b', '/a/b', '/a/b', '/a/b']);
  });

  it('reads . and / as the root', async () => {
    const index = await buildLayerIndex([{ path: './' }, { path: '/', type: 'directory', mode: 0o700 }]);
    expect([...index.entryNode]).toEqual([0, 0]);
    expect(index.nodeCount).toBe(1);
  });

  it.each(['../a', 'a/../b', 'a/..', '..'])('refuses %s and names it', async (path) => {
    await expect(buildLayerIndex([{ path, type: 'file' }])).rejects.toMatchObject({
      code: 'layer-invalid',
      message: expect.stringContaining(JSON.stringify(path)),
    });
  });

  it('refuses a hard link that leads upwards', async () => {
    const link: TestEntry = { path: 'a', type: 'link', target: '../../etc/passwd' };
    await expect(buildLayerIndex([link])).rejects.toMatchObject({ code: 'layer-invalid' });
  });

  it('takes names with two dots in them', async () => {
    expect(await paths([{ path: '..a/b..' }, { path: '...' }])).toEqual(['/..a/b..', '/...']);
  });

  it('makes nodes for implied directories, parents first, without entries', async () => {
    const index = await buildLayerIndex([{ path: 'usr/share/doc/x' }, { path: 'usr/bin/y' }]);
    expect(index.entryCount).toBe(2);
    const nodes = Array.from({ length: index.nodeCount }, (_, node) => nodePath(index, node));
    expect(nodes).toEqual([
      '/',
      '/usr',
      '/usr/share',
      '/usr/share/doc',
      '/usr/share/doc/x',
      '/usr/bin',
      '/usr/bin/y',
    ]);
    for (let node = 1; node < index.nodeCount; node += 1) expect(index.nodeParent[node]).toBeLessThan(node);
  });

  it('keeps bytes that are no UTF-8 and names of objects', async () => {
    expect(
      await paths([{ path: '__proto__/constructor' }, { path: '<img src=x onerror=alert(1)>\n' }]),
    ).toEqual(['/__proto__/constructor', '/<img src=x onerror=alert(1)>\n']);
    const index = await indexTar(rawTar(rawEntry({ patch: [[0, Buffer.from([0xff, 0xfe])]] })));
    expect([...index.names]).toEqual([0xff, 0xfe]);
  });

  it('refuses a path of more names than any file has', async () => {
    await expect(buildLayerIndex([{ path: 'a/'.repeat(2000), type: 'file' }])).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
  });
});

describe('markers', () => {
  it('binds a whiteout to the path it hides, whatever its type', async () => {
    const entries = await list([
      { path: 'a/.wh.b' },
      { path: 'a/.wh.c/', mode: 0o700 },
      { path: '.wh.d', type: 'symlink', target: 'x' },
      { path: '.wh..hidden' },
      { path: '.wh.e', type: 'link', target: 'a' },
    ]);
    expect(entries.map(({ path, kind, size }) => [path, kind, size])).toEqual([
      ['/a/b', 'Whiteout', 0],
      ['/a/c', 'Whiteout', 0],
      ['/d', 'Whiteout', 0],
      ['/.hidden', 'Whiteout', 0],
      ['/e', 'Whiteout', 0],
    ]);
  });

  it('counts no bytes for a marker with content', async () => {
    const [entry] = await list([{ path: '.wh.a', content: 'hidden bytes' }]);
    expect(entry).toMatchObject({ kind: 'Whiteout', size: 0, hash: '0'.repeat(32) });
  });

  it('binds an opaque marker to its directory', async () => {
    const entries = await list([{ path: 'a/.wh..wh..opq' }, { path: '.wh..wh..opq' }]);
    expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
      ['/a', 'Opaque'],
      ['/', 'Opaque'],
    ]);
  });

  it('skips AUFS metadata and all below it, and makes no path for it', async () => {
    const index = await buildLayerIndex([
      { path: '.wh..wh.plnk/' },
      { path: '.wh..wh.plnk/12.34', content: 'linked' },
      { path: 'var/.wh..wh.aufs', content: 'x' },
      { path: '.wh..wh..opq.x' },
      { path: '.wh..wh..opq/x' },
      { path: 'real' },
    ]);
    expect(listLayer(index).map(({ path }) => path)).toEqual(['/real']);
    expect(index.nodeCount).toBe(2);
    expect(index.warnings).toEqual([]);
  });

  it.each(['.wh.', 'a/.wh.', '.wh..', '.wh...', '.wh.a/b'])('reports %s and leaves it out', async (path) => {
    const index = await buildLayerIndex([{ path, type: 'file', content: 'x' }]);
    expect(index.entryCount).toBe(0);
    expect(index.nodeCount).toBe(1);
    expect(index.warnings).toEqual([expect.stringContaining(JSON.stringify(path))]);
  });
});

describe('kinds', () => {
  it('keeps mode, owner, time, device numbers and targets', async () => {
    const common = { uid: 1000, gid: 50, mtime: 1_700_000_000_000 };
    const entries = await list([
      { path: 'f', content: 'abc', mode: 0o4755, ...common },
      { path: 'd/', mode: 0o1777, ...common },
      { path: 'l', type: 'symlink', target: '../../f', ...common },
      { path: 'h', type: 'link', target: './f', ...common },
      { path: 'c', type: 'character-device', device: { major: 1, minor: 3 }, ...common },
      { path: 'b', type: 'block-device', device: { major: 8, minor: 17 }, ...common },
      { path: 'p', type: 'fifo', ...common },
    ]);
    expect(entries.map(({ path, kind, size, mode, target }) => [path, kind, size, mode, target])).toEqual([
      ['/f', 'File', 3, '4755', undefined],
      ['/d', 'Directory', 0, '1777', undefined],
      ['/l', 'Symlink', 0, '644', '../../f'],
      ['/h', 'HardLink', 0, '644', '/f'],
      ['/c', 'Character', 0, '644', '1:3'],
      ['/b', 'Block', 0, '644', '8:17'],
      ['/p', 'Fifo', 0, '644', undefined],
    ]);
    for (const entry of entries) expect(entry).toMatchObject(common);
  });

  it('makes a node without an entry for a hard link to elsewhere', async () => {
    const index = await buildLayerIndex([{ path: 'h', type: 'link', target: 'lower/file' }]);
    expect(index.entryCount).toBe(1);
    expect(nodePath(index, index.entryTarget[0]!)).toBe('/lower/file');
  });

  it('keeps every entry of a path that comes several times', async () => {
    const entries = await list([
      { path: 'a', content: '1' },
      { path: 'a', content: '22' },
      { path: 'a', type: 'symlink', target: 'b' },
    ]);
    expect(entries.map(({ kind, size }) => [kind, size])).toEqual([
      ['File', 1],
      ['File', 2],
      ['Symlink', 0],
    ]);
  });

  it('keeps extended attributes sorted, so that equal ones are equal', async () => {
    const [a, b, c] = await list([
      { path: 'a', pax: { 'SCHILY.xattr.user.b': '2', 'SCHILY.xattr.user.a': '1' } },
      { path: 'b', pax: { 'SCHILY.xattr.user.a': '1', 'SCHILY.xattr.user.b': '2' } },
      { path: 'c', pax: { 'SCHILY.xattr.user.a\nuser.b%': '1' } },
    ]);
    expect(a!.xattrs).toBe('user.a=MQ==\nuser.b=Mg==');
    expect(b!.xattrs).toBe(a!.xattrs);
    expect(c!.xattrs).toBe('user.a%0auser.b%25=MQ==');
  });
});

describe('content', () => {
  it('hashes equal content alike, other content apart, and nothing as zeros', async () => {
    const entries = await list([
      { path: 'a', content: 'same' },
      { path: 'b', content: 'same', mode: 0o600 },
      { path: 'c', content: 'sama' },
      { path: 'empty' },
      { path: 'd/' },
    ]);
    const hashes = entries.map(({ hash }) => hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[2]).not.toBe(hashes[0]);
    expect(hashes.slice(3)).toEqual(['0'.repeat(32), '0'.repeat(32)]);
  });

  it('computes the diff_id of the whole stream, what follows the end included', async () => {
    const tar = Buffer.concat([await buildLayer([{ path: 'a', content: 'x' }]), Buffer.from('afterwards')]);
    const index = await indexTar(tar, 700);
    expect(index.diffId).toBe(digestOf(tar));
    expect(index.tarBytes).toBe(tar.length);
    expect(index.entryCount).toBe(1);
  });

  it('reads a layer of nothing', async () => {
    const index = await buildLayerIndex([]);
    expect(index).toMatchObject({ entryCount: 0, nodeCount: 1, tarBytes: 1024, warnings: [] });
  });

  it('reads the same in chunks of any size', async () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 40,
      unit: fc.constantFrom('a', 'b', 'é', '.', ' ', '_'),
    });
    const path = fc
      .array(
        name.filter((text) => text !== '..'),
        { minLength: 1, maxLength: 8 },
      )
      .map((names) => `x${names.join('/')}`);
    const entry = fc.record({ path, content: fc.uint8Array({ maxLength: 1500 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 12 }),
        fc.integer({ min: 1, max: 1600 }),
        async (entries, chunkSize) => {
          const tar = await buildLayer(entries.map((e) => ({ ...e, type: 'file' })));
          expect(await indexTar(tar, chunkSize)).toEqual(await indexTar(tar));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('sparse files', () => {
  const size = 300_000;
  const sparse = (name: string, logicalSize: number) =>
    rawTar(
      rawHeader({
        name,
        type: 'S',
        size: 3,
        magic: gnuMagic,
        patch: [
          [386, `${octal(1000, 11)}\0${octal(3, 11)}\0`],
          [483, base256(BigInt(logicalSize), 12)],
        ],
      }),
      padded('abc'),
    );

  it('equal the same content stored in full, and count with their holes', async () => {
    const full = Buffer.alloc(size);
    full.write('abc', 1000);
    const [a] = listLayer(await indexTar(sparse('a', size), 777));
    const [b] = await list([{ path: 'b', content: full }]);
    expect(a).toMatchObject({ kind: 'File', size, hash: b!.hash });
  });

  it('may claim terabytes of zeros without taking time for them', async () => {
    const [a] = listLayer(await indexTar(sparse('a', 2 ** 42)));
    const [b] = listLayer(await indexTar(sparse('b', 2 ** 42 - 1)));
    expect(a!.size).toBe(2 ** 42);
    expect(a!.hash).not.toBe(b!.hash);
  });
});

describe('hostile layers', () => {
  it('keep few of very many warnings', async () => {
    const entries = Array.from({ length: 300 }, (_, n) => ({ path: `${n}/.wh.`, type: 'file' as const }));
    const { warnings } = await buildLayerIndex(entries);
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)).toBe('and 200 more warnings');
  });

  it('tell what is of an unknown type, and count nothing of it', async () => {
    const index = await indexTar(
      rawTar(rawEntry({ name: 'v', type: 'V' }, 'label'), rawEntry({ name: 'a' })),
    );
    expect(listLayer(index).map(({ path }) => path)).toEqual(['/a']);
    expect(index.warnings).toEqual([expect.stringContaining('"v"')]);
  });

  it('tell a missing end marker, and refuse what is cut off', async () => {
    const tar = rawTar(rawEntry({ name: 'a' }, 'x'.repeat(600)));
    expect((await indexTar(tar.subarray(0, 1536))).warnings).toEqual(['it has no end marker']);
    await expect(indexTar(tar.subarray(0, 1100))).rejects.toMatchObject({ code: 'layer-invalid' });
  });
});

describe('columns', () => {
  it('have no room behind them, and are as narrow as their numbers', async () => {
    const entries = Array.from({ length: 3000 }, (_, i) => ({
      path: `d/${i % 10}${i}`,
      content: 'x',
      uid: 1000,
    }));
    const index = await buildLayerIndex(entries);
    for (const [name, column] of Object.entries(index)) {
      if (ArrayBuffer.isView(column))
        expect([name, column.buffer.byteLength]).toEqual([name, column.byteLength]);
    }
    expect(index.entryUid).toBeInstanceOf(Uint16Array);
    expect(index.entryGid).toBeInstanceOf(Uint8Array);
    expect(index.entryNode).toBeInstanceOf(Uint16Array);
    expect(index.entryTarget).toBeInstanceOf(Int8Array);
    expect([...index.entryNode]).toEqual(entries.map((_, i) => i + 2));
    expect(index.entryUid.every((uid) => uid === 1000)).toBe(true);
  });

  it('keep each entry’s own hash, also where a block of entries ends', async () => {
    const contentOf = (i: number) => (i % 3 === 0 ? '' : `content ${i % 5}`);
    const entries = Array.from({ length: 2100 }, (_, i) => ({ path: `${i}`, content: contentOf(i) }));
    const listed = listLayer(await buildLayerIndex(entries));
    const hashes = new Map(listed.map(({ hash }, i) => [contentOf(i), hash]));
    expect(new Set(hashes.values()).size).toBe(6);
    expect(listed.map(({ hash }) => hash)).toEqual(entries.map(({ content }) => hashes.get(content)));
    expect(hashes.get('')).toBe('0'.repeat(32));
  });

  it.each([
    [2 ** 32 - 1, 2 ** 32 - 1],
    [2 ** 32 + 5, 5],
    [-2, 2 ** 32 - 2],
  ])('take the owner %d for %d, as Linux does, and say so', async (uid, taken) => {
    const header = rawHeader({ name: 'a', patch: [[108, base256(BigInt(uid), 8)]] });
    const index = await indexTar(rawTar(header));
    expect([...index.entryUid]).toEqual([taken]);
    expect(index.warnings).toEqual(
      uid === taken ? [] : [`"a" belongs to ${uid}, which is taken for ${taken}`],
    );
  });
});
