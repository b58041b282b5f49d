import { extract } from 'tar-stream';
import { EntryKind } from '../archive/layer-index.ts';
import type { Item } from '../filesystem/testing/layer-of.ts';
import { listFiles } from './gnu-tar.ts';
import { type HeaderAt, headersOf, isHeader } from './tar-headers.ts';

/** A layer as tar-stream reads it; undefined where it does not take it, or all of it. */
export async function streamedItems(tar: Buffer): Promise<Item[] | undefined> {
  const parser = extract();
  const items: Item[] = [];
  return new Promise((resolve) => {
    const giveUp = () => {
      resolve(undefined);
      parser.destroy();
    };
    parser.on('entry', ({ name, type, linkname, pax }, stream, next) => {
      // It knows no sparse files.
      if (!type || Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) return giveUp();
      const add = (content: Buffer) => {
        const item = itemOf(name, type, linkname ?? '', content.toString('latin1'));
        if (item) items.push(item);
        next();
      };
      // It waits for the content of a directory that claims some.
      if (type === 'directory') return add(Buffer.alloc(0));
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk as Buffer));
      stream.on('error', giveUp);
      stream.on('end', () => add(Buffer.concat(chunks)));
    });
    parser.on('error', giveUp);
    parser.on('close', giveUp);
    parser.on('finish', () => resolve(items));
    parser.end(tar);
  });
}

const kinds: Readonly<Record<string, EntryKind>> = {
  file: EntryKind.File,
  'contiguous-file': EntryKind.File,
  link: EntryKind.HardLink,
  symlink: EntryKind.Symlink,
  'character-device': EntryKind.Character,
  'block-device': EntryKind.Block,
  directory: EntryKind.Directory,
  fifo: EntryKind.Fifo,
};

function itemOf(name: string, type: string, target: string, content: string): Item | undefined {
  const names = namesOf(name);
  const path = pathOf(names);
  const marked = names.findIndex((part) => part.startsWith('.wh.'));
  if (marked >= 0) {
    const marker = names[marked]!;
    const last = marked === names.length - 1;
    if (last && marker === '.wh..wh..opq')
      return { kind: EntryKind.Opaque, path: pathOf(names.slice(0, -1)) };
    const hidden = marker.slice(4);
    if (!last || marker.startsWith('.wh..wh.') || ['', '.', '..'].includes(hidden)) return undefined;
    return { kind: EntryKind.Whiteout, path: pathOf([...names.slice(0, -1), hidden]) };
  }
  const kind = kinds[type];
  if (kind === undefined || (path === '/' && kind !== EntryKind.Directory)) return undefined;
  if (kind === EntryKind.File) return { kind, path, content };
  return kind === EntryKind.HardLink ? { kind, path, target: pathOf(namesOf(target)) } : { kind, path };
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');
const pathOf = (names: readonly string[]): string => `/${names.join('/')}`;

/**
 * Bytes of a layer's files as GNU tar lists them; undefined where it complains, and where it differs from Go: a link or
 * directory that claims content has none to Go, and a global header says nothing here.
 */
export function listedBytes(tar: Buffer): number | undefined {
  const differs =
    blocksOf(tar).some(readsOtherwise) || headersOf(tar).some((header) => isOddSparse(tar, header));
  const files = differs ? undefined : listFiles(tar);
  // An empty PAX path is to Go the one of the header, to GNU tar none.
  if (!files || files.some(({ path }) => path === '')) return undefined;
  const counted = files.filter(({ path }) => {
    const names = namesOf(path);
    return names.length > 0 && !names.some((name) => name.startsWith('.wh.'));
  });
  return counted.reduce((sum, { size }) => sum + size, 0);
}

function blocksOf(tar: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(tar.length / 512) }, (_, block) =>
    tar.subarray(block * 512, block * 512 + 512),
  );
}

/** Whether a block is a global header, or the header of something without content that has a size. */
function readsOtherwise(block: Buffer): boolean {
  const type = String.fromCharCode(block[156]!);
  if (!'123456g'.includes(type) || !isHeader(block)) return false;
  return type === 'g' || !/^[0 \0]*$/.test(block.toString('latin1', 124, 136));
}

/**
 * Whether PAX records tell of a sparse format that there is not, 0.9 say: to Go the file is then as its header says, GNU tar
 * takes its size from the records.
 */
function isOddSparse(tar: Buffer, { at, size, type }: HeaderAt): boolean {
  if (type !== 'x') return false;
  const records = tar.toString('latin1', at + 512, at + 512 + size);
  const [major, minor] = ['major', 'minor'].map(
    (part) => new RegExp(`GNU\\.sparse\\.${part}=([^\\n]*)`).exec(records)?.[1],
  );
  return (
    !(major === undefined && minor === undefined) && !['0.0', '0.1', '1.0'].includes(`${major}.${minor}`)
  );
}

/**
 * Whether tar-stream may rightly read something else: where anything follows the first block of zeros, which is no end to
 * it, and where it differs from Go as GNU tar does.
 */
export function streamsOtherwise(tar: Buffer): boolean {
  if (blocksOf(tar).some(readsOtherwise)) return true;
  const last = headersOf(tar).at(-1);
  const end = last ? last.at + 512 + Math.ceil(last.size / 512) * 512 : 0;
  return tar.subarray(end).some((byte) => byte !== 0);
}
