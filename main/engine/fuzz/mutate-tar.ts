import { base256, gnuMagic, paxEntry, rawEntry, rawHeader, v7Magic } from '../archive/testing/tar-blocks.ts';
import { type Mutated, mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';
import { fixChecksum, type HeaderAt, headersOf } from './tar-headers.ts';

const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
  // GNU's sparse fields.
  pieces: [386, 96],
  extended: [482, 1],
  realSize: [483, 12],
} as const;

/** None but the root's ends in a slash: GNU tar takes such a file for a directory, Go does not. */
const texts = [
  '',
  '/',
  '.',
  './',
  '..',
  '../out',
  'a/../../out',
  '/etc/absolute',
  '//double//slashes',
  '.wh.',
  '.wh..',
  '.wh...',
  '.wh..wh..opq',
  'etc/.wh..wh..opq',
  '.wh..wh.plnk/1',
  '.wh.etc',
  '.wh.etc/below',
  'usr/.wh.bin',
  '__proto__',
  'constructor/prototype',
  'etc/passwd',
  'etc/passwd/below',
  'a',
  'a/file',
  'usr/bin/tool',
  ' \n\t',
  '\x1b[2J\x1b]0;title\x07',
  '\xff\xfe',
  'n'.repeat(100),
  `${'d/'.repeat(49)}dd`,
  '\u202e\u0000hidden',
];

const big = [
  2n ** 63n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
  2n ** 53n,
  2n ** 53n - 1n,
  2n ** 40n,
  2n ** 33n,
  -1n,
  -512n,
  -(2n ** 62n),
];
const odd = [
  '77777777777\0',
  '37777777777\0',
  '-0000000001\0',
  '0x000000010',
  '9999999999 ',
  '           \0',
  '\0'.repeat(12),
  '  12 garbage',
  '00000001000',
  '1 2 3 4 5 6 ',
  '\xff'.repeat(12),
  '\x80'.padEnd(12, '\0'),
];

/** A number as a header may have it: rubbish, or as much as a hostile writer can say. */
function numberField(random: Random, length: number): Buffer {
  if (random.chance(0.3)) return base256(random.pick(big), length);
  if (random.chance(0.4)) {
    const small = random.pick([0, 1, 100, 511, 512, 513, 1024, 4096, 100_000]);
    return Buffer.from(`${small.toString(8).padStart(length - 1, '0')}\0`);
  }
  return Buffer.from(random.pick(odd).slice(0, length).padEnd(length, '\0'), 'latin1');
}

function fieldValue(name: keyof typeof fields, random: Random): Buffer {
  const [, length] = fields[name];
  switch (name) {
    case 'name':
    case 'link':
    case 'prefix':
      return Buffer.from(random.pick(texts).slice(0, length).padEnd(length, '\0'), 'latin1');
    case 'type':
      return Buffer.from(random.pick(['\0', ...'01234567xgLKSNDMVA9Z\xff']), 'latin1');
    case 'magic':
      return Buffer.from(
        random.pick(['ustar\x0000', gnuMagic, v7Magic, 'tar\0\0\0\0\0', 'ustar\0\xff\xff']),
        'latin1',
      );
    case 'extended':
      return Buffer.from([random.below(2)]);
    case 'pieces':
      return Buffer.concat(Array.from({ length: 8 }, () => numberField(random, 12)));
    default:
      return numberField(random, length);
  }
}

const paxValues: Readonly<Record<string, readonly string[]>> = {
  size: [
    '',
    '0',
    '1',
    '512',
    '-1',
    '9223372036854775808',
    '9007199254740991',
    '1e3',
    '0x10',
    ' 5',
    '00000000000000000005',
  ],
  path: [...texts, 'p/'.repeat(1100), 'x'.repeat(70_000), 'ü'],
  linkpath: [...texts, 'x'.repeat(70_000)],
  uid: ['-1', '4294967296', '99999999999999999999', 'root'],
  mtime: [
    '',
    '-1',
    '0.000000001',
    '1e400',
    '999999999999999.9',
    '-99999999999999',
    'NaN',
    '1700000000.123456789',
  ],
  'SCHILY.xattr.user.a': ['', 'b', '=', '\n', '\0', 'x'.repeat(3000)],
  'SCHILY.xattr.=\n': ['x'],
  'SCHILY.xattr.': ['x'],
  'GNU.sparse.major': ['0', '1', '2', '-1', ''],
  'GNU.sparse.minor': ['0', '1', '9'],
  'GNU.sparse.name': texts,
  'GNU.sparse.realsize': ['0', '1', '40000', '9007199254740991', '9007199254740992', '-1'],
  'GNU.sparse.size': ['0', '513', '9007199254740991', ''],
  'GNU.sparse.map': [
    '',
    '0,1',
    '0,513',
    '1,2,3',
    '-1,5',
    '9007199254740990,1',
    '0,1,0,1',
    ',',
    '0,1,5',
    '5,0,5,0,5,0',
  ],
  'GNU.sparse.numblocks': ['1', '99999999999'],
  'GNU.sparse.offset': ['0', '5', '-5'],
  'GNU.sparse.numbytes': ['0', '513', '9007199254740991'],
  comment: ['x'],
  'LIBARCHIVE.xattr.user.b': ['YQ=='],
};

const brokenPax = [
  '0 a=b\n',
  '999999999999 path=x\n',
  '5 a=b\n',
  '6 a=b',
  '-6 a=b\n',
  '6 =bc\n',
  '12 pathx\n',
  '\0'.repeat(20),
  '6  a=b\n',
  '11 path=\0x\n',
];

function hostilePax(random: Random): Buffer {
  const type = random.chance(0.1) ? 'g' : 'x';
  if (random.chance(0.2)) return rawEntry({ name: 'PaxHeaders/x', type }, random.pick(brokenPax));
  const keys = Object.keys(paxValues);
  const sparse = keys.filter((key) => key.startsWith('GNU.'));
  const from = random.chance(0.3) ? sparse : keys;
  const records = Array.from({ length: random.between(1, 5) }, () => {
    const key = random.pick(from);
    return [key, Buffer.from(random.pick(paxValues[key]!), 'latin1')] as const;
  });
  return paxEntry(records, type);
}

/** An entry no writer would write. */
function hostileEntry(random: Random): Buffer {
  const name = random.pick(texts).slice(0, 100);
  const content = random.chance(0.5) ? 'content' : '';
  switch (random.below(8)) {
    case 0:
      return hostilePax(random);
    case 1:
      return Buffer.concat([hostilePax(random), rawEntry({ name: 'pax' }, content)]);
    case 2:
      return rawEntry(
        { name, type: random.pick([...'0123456']), link: random.pick(texts).slice(0, 100) },
        content,
      );
    case 3: {
      const long = random.pick([...texts, 'l'.repeat(66_000), 'm/'.repeat(1030), 'k'.repeat(300)]);
      return rawEntry({ name: '././@LongLink', type: random.pick(['L', 'K']), magic: gnuMagic }, `${long}\0`);
    }
    case 4:
      return rawHeader({ name: 'sized', patch: [[124, numberField(random, 12)]] });
    case 5:
      return rawHeader({
        name: 'sparse',
        type: 'S',
        magic: gnuMagic,
        patch: [
          [386, fieldValue('pieces', random)],
          [482, fieldValue('extended', random)],
          [483, numberField(random, 12)],
        ],
      });
    case 6:
      // A link to itself, or to one that comes later and links back.
      return Buffer.concat([
        rawEntry({ name: 'loop', type: '1', link: random.pick(['loop', 'pool']) }),
        rawEntry({ name: 'pool', type: random.pick(['1', '2']), link: 'loop' }),
      ]);
    default:
      return random.pick([Buffer.alloc(512), Buffer.alloc(1024), random.bytes(512)]);
  }
}

/** Where entries begin that no PAX header or long name belongs to: between them whole entries can go. */
function entriesOf(tar: Buffer): { readonly start: number; readonly end: number }[] {
  const headers = headersOf(tar);
  const entries: { start: number; end: number }[] = [];
  let start = 0;
  for (const [index, { type }] of headers.entries()) {
    if ('xgLK'.includes(type)) continue;
    const end = headers[index + 1]?.at ?? endOf(tar, headers);
    entries.push({ start, end });
    start = end;
  }
  return entries;
}

function endOf(tar: Buffer, headers: readonly HeaderAt[]): number {
  const last = headers.at(-1);
  return last ? Math.min(tar.length, last.at + 512 + Math.ceil(last.size / 512) * 512) : 0;
}

/** A tar with one change that its writer could have meant: the checksums of its headers are right. */
export function mutateTar(tar: Buffer, random: Random): Mutated {
  const headers = headersOf(tar);
  if (headers.length === 0 || random.chance(0.1)) return mutateBytes(tar, random);
  switch (random.weighted({ field: 8, flip: 2, insert: 6, move: 3, meta: 2 })) {
    case 'field': {
      const bytes = Buffer.from(tar);
      const done: string[] = [];
      for (let count = random.pick([1, 1, 1, 2, 4]); count > 0; count -= 1) {
        const { at } = random.pick(headers);
        const field = random.pick(Object.keys(fields) as (keyof typeof fields)[]);
        const value = fieldValue(field, random);
        bytes.set(value, at + fields[field][0]);
        fixChecksum(bytes, at);
        done.push(
          `${field} of the header at ${at} set to ${JSON.stringify(value.toString('latin1').slice(0, 30))}`,
        );
      }
      return { bytes, what: done.join(', ') };
    }
    case 'flip': {
      const bytes = Buffer.from(tar);
      const { at } = random.pick(headers);
      const byte = at + random.below(512);
      bytes[byte]! ^= 1 << random.below(8);
      fixChecksum(bytes, at);
      return { bytes, what: `a bit flipped at ${byte - at} of the header at ${at}` };
    }
    case 'insert': {
      const { start } = random.pick(entriesOf(tar));
      const at = random.chance(0.2) ? random.pick(headers).at : start;
      const entry = hostileEntry(random);
      const what = `a hostile entry (${entry.length} bytes, type ${JSON.stringify(String.fromCharCode(entry[156]!))}) at ${at}`;
      return { bytes: Buffer.concat([tar.subarray(0, at), entry, tar.subarray(at)]), what };
    }
    case 'move': {
      const parts = entriesOf(tar).map(({ start, end }) => tar.subarray(start, end));
      const rest = tar.subarray(endOf(tar, headers));
      const from = random.below(parts.length);
      const [part] = random.chance(0.6) ? parts.splice(from, 1) : [parts[from]!];
      const to = random.below(parts.length + 1);
      const dropped = random.chance(0.3);
      if (!dropped) parts.splice(to, 0, part!);
      return {
        bytes: Buffer.concat([...parts, rest]),
        what: `entry ${from} ${dropped ? 'dropped' : `put at ${to}`}`,
      };
    }
    case 'meta': {
      const meta = headers.filter(({ type, size }) => 'xgLKS'.includes(type) && size > 0);
      if (meta.length === 0) return mutateBytes(tar, random);
      const { at, size } = random.pick(meta);
      const bytes = Buffer.from(tar);
      const byte = at + 512 + random.below(size);
      bytes[byte] = random.pick([0, 0x0a, 0x20, 0x30, 0x39, 0x3d, 0xff, random.below(256)]);
      return { bytes, what: `byte ${byte - at - 512} of the extended header at ${at} set to ${bytes[byte]}` };
    }
  }
}
