import { EntryKind } from '../../archive/layer-index.ts';
import {
  base256,
  gnuMagic,
  octal,
  padded,
  paxEntry,
  rawEntry,
  rawHeader,
  rawTar,
} from '../../archive/testing/tar-blocks.ts';
import type { Item } from '../../filesystem/testing/layer-of.ts';

/** Numbers to choose by among the ways of writing the same entry. */
export type Choices = readonly number[];

const typeFlags: Readonly<Record<EntryKind, string>> = {
  [EntryKind.File]: '0',
  [EntryKind.HardLink]: '1',
  [EntryKind.Symlink]: '2',
  [EntryKind.Character]: '3',
  [EntryKind.Block]: '4',
  [EntryKind.Directory]: '5',
  [EntryKind.Fifo]: '6',
  [EntryKind.Whiteout]: '0',
  [EntryKind.Opaque]: '0',
};

/**
 * The tar of a layer, written by hand and by nothing of the reader's. Paths may be spelt in several ways and names
 * stored in several formats, markers may be of any type, and what means nothing stands between: no choice may change
 * what the layer says.
 */
export function tarOf(items: readonly Item[], choices: Choices): Buffer {
  let at = 0;
  const choose = (ways: number) => (choices[at++ % choices.length] ?? 0) % ways;
  return rawTar(...items.flatMap((item) => [...noise(choose), entryOf(item, choose)]));
}

type Choose = (ways: number) => number;

function noise(choose: Choose): Buffer[] {
  switch (choose(8)) {
    case 0:
      return [paxEntry([['path', 'of nobody']], 'g')];
    case 1:
      return [rawEntry({ name: 'a/.wh..wh.plnk/12.34' }, 'bytes of nobody')];
    case 2:
      return [rawEntry({ name: '.wh..wh.aufs', type: '5' })];
    default:
      return [];
  }
}

function entryOf(item: Item, choose: Choose): Buffer {
  const marker = item.kind === EntryKind.Whiteout || item.kind === EntryKind.Opaque;
  const directory = item.kind === EntryKind.Directory;
  const name = spelt(markedPath(item), directory, choose);
  // A marker is one by its name, whatever it is and holds.
  const content = marker ? 'of a marker'.repeat(choose(3)) : (item.content ?? '');
  const type = marker && content === '' ? ['0', '5', '6'][choose(3)]! : typeFlags[item.kind];
  const [major, minor] = item.kind === EntryKind.Character ? (item.target ?? '').split(':') : [];
  const hasTarget = item.kind === EntryKind.HardLink || item.kind === EntryKind.Symlink;
  const link = hasTarget
    ? item.kind === EntryKind.HardLink
      ? spelt(item.target!, false, choose)
      : item.target!
    : '';
  const { mode = directory ? 0o755 : 0o644, uid = 0, gid = 0, mtime = 0 } = item;
  const number = (value: number, digits: number) =>
    choose(2) === 0 ? `${octal(value, digits)}\0` : base256(BigInt(value), digits + 1);
  const { extra, short } = storeNames(name, link, item, choose);
  const body = Buffer.from(content, 'latin1');
  const header = rawHeader({
    type,
    magic: gnuMagic,
    patch: [
      [0, short.name],
      [157, short.link],
      [100, number(mode, 7)],
      [108, number(uid, 7)],
      [116, number(gid, 7)],
      [124, number(body.length, 11)],
      [136, number(mtime / 1000, 11)],
      ...(major
        ? ([
            [329, `${octal(Number(major), 7)}\0`],
            [337, `${octal(Number(minor), 7)}\0`],
          ] as const)
        : []),
    ],
  });
  return Buffer.concat([...extra, header, padded(body)]);
}

/** In the header itself where there is room, else before it: as PAX records or as GNU's long names. */
function storeNames(name: string, link: string, item: Item, choose: Choose) {
  const long = name.length > 100 || link.length > 100;
  const xattrs = (item.xattrs ?? '').split('\n').filter(Boolean);
  const latin1 = (text: string) => Buffer.from(text, 'latin1');
  const extra: Buffer[] = [];
  const pax: (readonly [string, Buffer])[] = xattrs.map((line) => {
    const equals = line.indexOf('=');
    return [`SCHILY.xattr.${line.slice(0, equals)}`, Buffer.from(line.slice(equals + 1), 'base64')];
  });
  const way = choose(long ? 2 : 3);
  if (way === 0) {
    pax.push(['path', latin1(name)]);
    if (link !== '') pax.push(['linkpath', latin1(link)]);
  }
  if (pax.length > 0) extra.push(paxEntry(pax));
  if (way === 1) {
    extra.push(rawEntry({ name: '././@LongLink', type: 'L', magic: gnuMagic }, latin1(`${name}\0`)));
    if (link !== '')
      extra.push(rawEntry({ name: '././@LongLink', type: 'K', magic: gnuMagic }, latin1(`${link}\0`)));
  }
  const cut = (text: string) => (way === 2 ? latin1(text) : latin1('cut'));
  return { extra, short: { name: cut(name), link: link === '' ? '' : cut(link) } };
}

function markedPath({ kind, path }: Item): string {
  if (kind === EntryKind.Opaque) return `${path === '/' ? '' : path}/.wh..wh..opq`;
  return kind === EntryKind.Whiteout ? path.replace(/[^/]+$/, '.wh.$&') : path;
}

/** `/a/b` as `a/b`, `./a/b`, `/a/b`, `a//b`, `a/./b`. */
function spelt(path: string, directory: boolean, choose: Choose): string {
  const bare = path.replace(/^\//, '');
  const ways = [bare, `./${bare}`, `/${bare}`, bare.replace('/', '//'), bare.replace('/', '/./')];
  const way = ways[choose(ways.length)]!;
  return directory && choose(2) === 0 ? `${way}/` : way || './';
}
