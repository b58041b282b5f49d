import { Readable } from 'node:stream';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { TarScanner } from './tar-scanner.ts';
import { buildLayer } from './testing/build-layer.ts';
import {
  base256,
  endMarker,
  gnuMagic,
  octal,
  padded,
  paxEntry,
  rawEntry,
  rawHeader,
  rawTar,
  v7Magic,
} from './testing/tar-blocks.ts';

interface Scanned {
  path: string;
  type: string;
  link: string;
  size: number;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  xattrs: string | undefined;
  content: Buffer;
}

const subject = { name: 'It', invalid: 'layer-invalid', truncated: 'archive-truncated' } as const;

function scan(tar: Uint8Array, chunkSize = tar.length || 1) {
  const entries: Scanned[] = [];
  const add = (bytes: Uint8Array) => {
    const entry = entries.at(-1)!;
    entry.content = Buffer.concat([entry.content, bytes]);
  };
  const scanner = new TarScanner(
    {
      header: (h) => {
        entries.push({
          path: Buffer.from(h.pathBytes.subarray(h.pathStart, h.pathEnd)).toString(),
          type: String.fromCharCode(h.type),
          link: Buffer.from(h.linkBytes.subarray(h.linkStart, h.linkEnd)).toString(),
          size: h.size,
          mode: h.mode,
          uid: h.uid,
          gid: h.gid,
          mtime: h.mtime,
          xattrs: h.xattrs,
          content: Buffer.alloc(0),
        });
      },
      data: (chunk, start, end) => add(chunk.subarray(start, end)),
      hole: (length) => add(Buffer.alloc(length)),
      end: () => {},
    },
    subject,
  );
  for (let at = 0; at < tar.length; at += chunkSize) scanner.write(tar.subarray(at, at + chunkSize));
  scanner.end();
  expect(scanner.position).toBe(tar.length);
  return { entries, ended: scanner.ended };
}

const first = (...parts: Buffer[]) => scan(rawTar(...parts)).entries[0]!;
const code = (tar: Buffer): string => {
  try {
    scan(tar);
    return 'no error';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('against tar-stream', () => {
  it('reads what it packs, and what it reads', async () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 60,
      unit: fc.constantFrom('a', 'Z', '9', 'é', '漢', ' ', '-'),
    });
    const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((names) => names.join('/'));
    // Numbers that tar-stream writes as they are: it cuts larger owners and later times.
    const entry = fc.record({
      path,
      type: fc.constantFrom('file', 'symlink', 'link', 'directory', 'fifo'),
      content: fc.uint8Array({ maxLength: 1400 }),
      target: path,
      mode: fc.integer({ min: 1, max: 0o7777 }),
      uid: fc.integer({ min: 0, max: 0o777777 }),
      gid: fc.integer({ min: 0, max: 0o777777 }),
      mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seconds) => seconds * 1000),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 8 }),
        fc.integer({ min: 1, max: 2000 }),
        async (entries, chunkSize) => {
          const tar = await buildLayer(entries as Parameters<typeof buildLayer>[0]);
          const ours = scan(tar, chunkSize).entries;
          const types = { file: '0', link: '1', symlink: '2', directory: '5', fifo: '6' } as const;
          expect(ours.map((e) => ({ ...e, path: e.path.replace(/\/$/, '') }))).toMatchObject(
            entries.map((e) => ({
              path: e.path,
              type: types[e.type as keyof typeof types],
              link: e.target,
              mode: e.mode,
              uid: e.uid,
              gid: e.gid,
              mtime: e.mtime,
              content: e.type === 'file' ? Buffer.from(e.content) : Buffer.alloc(0),
            })),
          );
          expect(ours.map((e) => [e.path.replace(/\/$/, ''), e.size])).toEqual(await theirs(tar));
        },
      ),
      { numRuns: 80 },
    );
  });

  async function theirs(tar: Buffer): Promise<[string, number][]> {
    const seen: [string, number][] = [];
    const reader = extract();
    Readable.from([tar]).pipe(reader as unknown as NodeJS.WritableStream);
    for await (const entry of reader) {
      seen.push([entry.header.name.replace(/\/$/, ''), entry.header.size ?? 0]);
      entry.resume();
    }
    return seen;
  }
});

describe('names', () => {
  it('joins the prefix of ustar, and of star only its part', () => {
    expect(first(rawEntry({ name: 'b', prefix: 'a' })).path).toBe('a/b');
    const star = rawHeader({
      name: 'b',
      prefix: 'a',
      patch: [
        [476, '00000000001 '],
        [508, 'tar\0'],
      ],
    });
    expect(first(star).path).toBe('a/b');
    expect(first(rawEntry({ name: 'n'.repeat(100), prefix: 'p'.repeat(155) })).path).toBe(
      `${'p'.repeat(155)}/${'n'.repeat(100)}`,
    );
  });

  it('takes no prefix from GNU and v7 headers: they keep other things there', () => {
    expect(first(rawEntry({ name: 'b', magic: gnuMagic, prefix: '14000000000' })).path).toBe('b');
    expect(first(rawEntry({ name: 'b', magic: v7Magic, prefix: 'rubbish' })).path).toBe('b');
  });

  it('reads GNU long names and links', () => {
    const path = 'n'.repeat(300);
    const link = 'l'.repeat(5000);
    const entry = first(
      rawEntry({ name: '././@LongLink', type: 'K', magic: gnuMagic }, `${link}\0`),
      rawEntry({ name: '././@LongLink', type: 'L', magic: gnuMagic }, `${path}\0`),
      rawEntry({ name: 'short', type: '2', link: 'short', magic: gnuMagic }),
    );
    expect(entry).toMatchObject({ path, link });
  });

  it("takes the header's own name and link where GNU's long ones are empty, as Go does", () => {
    const entry = first(
      rawEntry({ type: 'K', magic: gnuMagic }, '\0link'),
      rawEntry({ type: 'L', magic: gnuMagic }, '\0name'),
      rawEntry({ name: 'own', type: '2', link: 'target', magic: gnuMagic }),
    );
    expect(entry).toMatchObject({ path: 'own', link: 'target' });
  });

  it('applies long names and PAX headers to one entry only', () => {
    const { entries } = scan(
      rawTar(
        rawEntry({ type: 'L', magic: gnuMagic }, 'long\0'),
        rawEntry({ name: 'a' }),
        rawEntry({ name: 'b' }),
        paxEntry([
          ['path', 'pax'],
          ['uid', '7'],
        ]),
        rawEntry({ name: 'c' }),
        rawEntry({ name: 'd' }),
      ),
    );
    expect(entries.map(({ path, uid }) => [path, uid])).toEqual([
      ['long', 0],
      ['b', 0],
      ['pax', 7],
      ['d', 0],
    ]);
  });
});

describe('PAX headers', () => {
  it('override path, link, size, owner, time and give attributes', () => {
    const entry = first(
      paxEntry([
        ['path', 'é/漢'],
        ['linkpath', 'elsewhere'],
        ['size', '5'],
        ['uid', '4294967295'],
        ['gid', '-2'],
        ['mtime', '1700000000.123456789'],
        ['SCHILY.xattr.security.capability', Buffer.from([1, 0, 0, 2])],
        ['comment', 'ignored'],
      ]),
      rawHeader({ name: 'x', size: 0 }),
      padded('hello'),
    );
    expect(entry).toMatchObject({
      path: 'é/漢',
      link: 'elsewhere',
      size: 5,
      uid: 4294967295,
      gid: -2,
      mtime: 1700000000123,
      xattrs: 'security.capability=AQAAAg==',
      content: Buffer.from('hello'),
    });
  });

  it('are ignored when global, whatever they hold', () => {
    const { entries } = scan(
      rawTar(
        paxEntry(
          [
            ['path', 'everything'],
            ['size', '99'],
            ['uid', '9'],
          ],
          'g',
        ),
        rawEntry({ type: 'g' }, 'nonsense'),
        rawEntry({ name: 'a' }, 'abc'),
      ),
    );
    expect(entries).toMatchObject([{ path: 'a', size: 3, uid: 0 }]);
  });

  it('end, when global, what belongs to one entry, as an entry of Go does', () => {
    const long = rawEntry({ name: '././@LongLink', type: 'L', magic: gnuMagic }, 'long\0');
    const global = paxEntry([['comment', 'x']], 'g');
    for (const own of [long, paxEntry([['path', 'long']])]) {
      expect(first(Buffer.concat([own, rawEntry({ name: 'a' })])).path).toBe('long');
      expect(first(Buffer.concat([own, global, rawEntry({ name: 'a' })])).path).toBe('a');
    }
  });

  it('take a value back when it is empty', () => {
    expect(
      first(
        paxEntry([
          ['path', 'x'],
          ['path', ''],
          ['size', ''],
        ]),
        rawEntry({ name: 'a' }, 'abc'),
      ),
    ).toMatchObject({
      path: 'a',
      size: 3,
    });
  });

  it.each<[string, Buffer]>([
    ['a NUL in a path', paxEntry([['path', 'a\0b']])],
    ['a size that is no number', paxEntry([['size', '0x10']])],
    ['a negative size', paxEntry([['size', '-1']])],
    ['a size beyond 2^53', paxEntry([['size', '9999999999999999']])],
    ['a record without length', rawEntry({ type: 'x' }, 'path=a\n')],
    ['a record longer than the header', rawEntry({ type: 'x' }, '99 path=a\n')],
    ['a record without newline', rawEntry({ type: 'x' }, '9 path=ab')],
    ['a record without key', rawEntry({ type: 'x' }, '6 =ab\n')],
    ['a record of length 0', rawEntry({ type: 'x' }, '0 path=a\n')],
  ])('are refused with %s', (_, header) => {
    expect(code(rawTar(header, rawEntry({ name: 'a' })))).toBe('layer-invalid');
  });
});

describe('numbers', () => {
  it('may be base-256', () => {
    const size = [124, base256(3n, 12)] as const;
    const uid = [108, base256(2n ** 31n + 5n, 8)] as const;
    const mtime = [136, base256(-86400n, 12)] as const;
    const entry = first(rawHeader({ name: 'a', patch: [size, uid, mtime] }), padded('abc'));
    expect(entry).toMatchObject({ size: 3, uid: 2 ** 31 + 5, mtime: -86_400_000 });
  });

  it('may have blanks before and NULs, blanks or nothing after them', () => {
    const patch = [
      [100, '   644 \0'],
      [108, '    17\0\0'],
      [124, '000000000003'],
    ] as const;
    expect(first(rawHeader({ name: 'a', patch }), padded('abc'))).toMatchObject({
      mode: 0o644,
      uid: 0o17,
      size: 3,
    });
  });

  it.each<[string, string | Uint8Array]>([
    ['letters', 'abc'],
    ['a minus sign', '-0000000001'],
    ['a base-256 number beyond 2^53', base256(2n ** 60n, 12)],
    ['a negative base-256 number', base256(-1n, 12)],
  ])('are refused as sizes when they are %s', (_, bytes) => {
    expect(code(rawTar(rawHeader({ name: 'a', patch: [[124, bytes]] })))).toBe('layer-invalid');
  });
});

it.each([...'xgLK'])('refuses a negative size of the extended header %s', (type) => {
  for (const size of [-1n, -512n]) {
    const header = rawHeader({ name: 'a', type, patch: [[124, base256(size, 12)]] });
    expect(code(rawTar(header))).toBe('layer-invalid');
  }
});

describe('checksums', () => {
  it('may be of unsigned or signed bytes', () => {
    expect(first(rawEntry({ name: 'é' })).path).toBe('é');
    expect(first(rawEntry({ name: 'é', signedChecksum: true })).path).toBe('é');
  });

  it('are refused when wrong', () => {
    const tar = rawTar(rawEntry({ name: 'a' }));
    tar[0]! += 1;
    expect(code(tar)).toBe('layer-invalid');
  });
});

describe('kinds', () => {
  it('are directories in v7 when the name ends in a slash', () => {
    expect(first(rawEntry({ name: 'd/', type: '\0', magic: v7Magic })).type).toBe('5');
    expect(first(rawEntry({ name: 'f', type: '\0', magic: v7Magic }, 'abc'))).toMatchObject({
      type: '0',
      size: 3,
    });
  });

  it('are files when contiguous', () => {
    expect(first(rawEntry({ name: 'f', type: '7' }, 'abc'))).toMatchObject({ type: '0', size: 3 });
  });

  it.each(['1', '2', '3', '4', '5', '6'])('%s has no content, whatever its size field says', (type) => {
    const { entries } = scan(rawTar(rawHeader({ name: 'a', type, size: 512 }), rawEntry({ name: 'b' }, 'x')));
    expect(entries.map(({ path, size }) => [path, size])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  it('that are unknown are passed on with their content', () => {
    expect(first(rawEntry({ name: 'a', type: 'V' }, 'label'))).toMatchObject({ type: 'V', size: 5 });
  });
});

describe('sparse files', () => {
  const content = Buffer.concat([
    Buffer.alloc(1000),
    Buffer.from('middle'),
    Buffer.alloc(994),
    Buffer.from('end'),
    Buffer.alloc(7),
  ]);
  const stored = Buffer.from('middleend');
  const pieces = [
    [1000, 6],
    [2000, 3],
  ] as const;

  function expectSparse(...parts: Buffer[]) {
    const tar = rawTar(...parts, rawEntry({ name: 'next' }, 'n'));
    for (const chunkSize of [tar.length, 512, 100, 1]) {
      const { entries } = scan(tar, chunkSize);
      expect(entries.map(({ path, size }) => [path, size])).toEqual([
        ['sparse', content.length],
        ['next', 1],
      ]);
      expect(entries[0]).toMatchObject({ type: '0', content });
    }
  }

  const pair = (offset: number, length: number) => `${octal(offset, 11)}\0${octal(length, 11)}\0`;
  const gnu = (map: string, more: boolean, size = content.length) =>
    rawHeader({
      name: 'sparse',
      type: 'S',
      size: stored.length,
      magic: gnuMagic,
      patch: [
        [386, map],
        [482, more ? '\x01' : '\0'],
        [483, `${octal(size, 11)}\0`],
      ],
    });

  it('are read as old GNU tar writes them', () => {
    expectSparse(gnu(pieces.map(([offset, length]) => pair(offset, length)).join(''), false), padded(stored));
  });

  it('are read with extension blocks', () => {
    const extension = Buffer.alloc(512);
    extension.write(pair(2000, 3), 0, 'latin1');
    expectSparse(gnu(pair(1000, 6), true), extension, padded(stored));
  });

  it('are read from PAX 0.0, 0.1 and 1.0', () => {
    const size = ['GNU.sparse.size', String(content.length)] as const;
    const zeroZero = pieces.flatMap(([offset, length]) => [
      ['GNU.sparse.offset', String(offset)] as const,
      ['GNU.sparse.numbytes', String(length)] as const,
    ]);
    expectSparse(
      paxEntry([size, ['GNU.sparse.numblocks', '2'], ...zeroZero]),
      rawEntry({ name: 'sparse' }, stored),
    );
    expectSparse(
      paxEntry([
        size,
        ['GNU.sparse.numblocks', '2'],
        ['GNU.sparse.map', pieces.flat().join(',')],
        ['GNU.sparse.name', 'sparse'],
      ]),
      rawEntry({ name: 'GNUSparseFile.1/sparse' }, stored),
    );
    const map = padded(`2\n${pieces.flat().join('\n')}\n`);
    expectSparse(
      paxEntry([
        ['GNU.sparse.major', '1'],
        ['GNU.sparse.minor', '0'],
        ['GNU.sparse.name', 'sparse'],
        ['GNU.sparse.realsize', String(content.length)],
      ]),
      rawEntry({ name: 'GNUSparseFile.1/sparse' }, Buffer.concat([map, stored])),
    );
  });

  it('may be nothing but a hole', () => {
    const header = rawHeader({
      name: 'a',
      type: 'S',
      magic: gnuMagic,
      patch: [[483, `${octal(900, 11)}\0`]],
    });
    const { entries } = scan(rawTar(header, rawEntry({ name: 'next' })));
    expect(entries).toMatchObject([{ path: 'a', size: 900, content: Buffer.alloc(900) }, { path: 'next' }]);
  });

  it.each<[string, Buffer]>([
    ['pieces that overlap', gnu(pair(0, 6) + pair(3, 3), false)],
    ['pieces beyond the end', gnu(pair(0, 6) + pair(5000, 3), false)],
    ['pieces that are not what is stored', gnu(pair(0, 6), false)],
    ['letters in the map', gnu('abc', false)],
    ['another format than GNU', rawHeader({ name: 'a', type: 'S', patch: [[483, `${octal(9, 11)}\0`]] })],
  ])('are refused with %s', (_, header) => {
    expect(code(rawTar(header, padded(stored)))).toBe('layer-invalid');
  });

  it('are refused when a 1.0 map is nonsense or cut off', () => {
    const header = paxEntry([
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.realsize', '10'],
    ]);
    expect(code(rawTar(header, rawEntry({ name: 'a' }, 'x'.repeat(600))))).toBe('layer-invalid');
    expect(code(rawTar(header, rawEntry({ name: 'a' }, '1\n')))).toBe('layer-invalid');
    expect(code(rawTar(header, rawEntry({ name: 'a' }, padded('99999999\n'))))).toBe('limit-exceeded');
  });
});

describe('the end', () => {
  it('is two blocks of zeros, and what follows is nobody’s', () => {
    const { entries, ended } = scan(
      rawTar(rawEntry({ name: 'a' }), endMarker, rawEntry({ name: 'b' }), Buffer.from('?')),
    );
    expect(entries).toHaveLength(1);
    expect(ended).toBe(true);
  });

  it('may be missing, or one block', () => {
    const entry = rawEntry({ name: 'a' }, 'x');
    expect(scan(entry)).toMatchObject({ entries: [{ path: 'a' }], ended: false });
    expect(scan(Buffer.concat([entry, Buffer.alloc(512)])).ended).toBe(false);
    expect(scan(Buffer.alloc(0))).toEqual({ entries: [], ended: false });
  });

  it('is no end when an entry follows one block of zeros', () => {
    expect(code(rawTar(Buffer.alloc(512), rawEntry({ name: 'a' })))).toBe('layer-invalid');
  });

  it.each([100, 512 + 3, 512 + 600])('that comes after %i bytes cuts the entry off', (length) => {
    const tar = Buffer.concat([rawEntry({ name: 'a' }, 'x'.repeat(700))]);
    expect(code(tar.subarray(0, length))).toBe('archive-truncated');
  });

  it('may cut padding off, but not the parts of an entry apart', () => {
    expect(code(paxEntry([['path', 'a']]))).toBe('archive-truncated');
    expect(code(rawTar(paxEntry([['path', 'a']])))).toBe('layer-invalid');
  });
});

describe('limits', () => {
  it('are those of PAX headers and names', () => {
    const size = (type: string, bytes: number) => rawHeader({ type, size: bytes, magic: gnuMagic });
    expect(code(size('x', limits.paxHeader + 1))).toBe('limit-exceeded');
    expect(code(size('g', limits.paxHeader + 1))).toBe('limit-exceeded');
    expect(code(size('L', limits.name + 2))).toBe('limit-exceeded');
    expect(code(size('K', limits.name + 2))).toBe('limit-exceeded');
    const long = paxEntry([['path', 'x'.repeat(limits.name + 1)]]);
    expect(code(rawTar(long, rawEntry({ name: 'a' })))).toBe('limit-exceeded');
    const link = paxEntry([['linkpath', 'x'.repeat(limits.name + 1)]]);
    expect(code(rawTar(link, rawEntry({ name: 'a', type: '2' })))).toBe('limit-exceeded');
  });
});
