import type { Readable } from 'node:stream';
import { createXXHash128 } from 'hash-wasm';
import { extract, type Header } from 'tar-stream';
import type { HashSeed } from '../archive/content-hash.ts';
import { type Tree, type TreeEntry, withNames } from './tree.ts';

const kinds: Readonly<Record<string, TreeEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  'character-device': 'character',
  'block-device': 'block',
  fifo: 'fifo',
};

type Hasher = Awaited<ReturnType<typeof createXXHash128>>;

/** What `docker export` wrote, read with tar-stream and hash-wasm and nothing of ours. */
export async function exportedTree(stream: Readable, seed: HashSeed): Promise<Tree> {
  const hasher = await createXXHash128(seed.low, seed.high);
  const tree: Tree = new Map();
  /** By the first of them, which the others are links to. */
  const names = new Map<string, string[]>();
  const tar = extract();
  stream.on('error', (error) => tar.destroy(error));
  stream.pipe(tar);
  for await (const entry of tar) {
    const { header } = entry;
    const path = absolute(header.name);
    if (header.type === 'link') {
      const first = absolute(header.linkname);
      tree.set(path, tree.get(first)!);
      names.get(first)!.push(path);
      entry.resume();
    } else {
      tree.set(path, await entryOf(header, entry, hasher));
      names.set(path, [path]);
    }
  }
  return withNames(tree, names.values());
}

async function entryOf(header: Header, content: AsyncIterable<unknown>, hasher: Hasher): Promise<TreeEntry> {
  const kind = kinds[header.type];
  if (!kind) throw new Error(`docker export has an entry of type ${header.type}`);
  const pax = (header.pax ?? {}) as Readonly<Record<string, string>>;
  hasher.init();
  for await (const chunk of content) hasher.update(chunk as Buffer);
  const { size } = header;
  const xattrs = Object.entries(pax)
    .filter(([key]) => key.startsWith('SCHILY.xattr.'))
    .map(([key, value]) => `${key.slice('SCHILY.xattr.'.length)}=${value}`)
    .sort();
  return {
    kind,
    // 20.10 writes the kind of file into it as well.
    mode: (header.mode & 0o7777).toString(8),
    uid: Number(pax.uid ?? header.uid),
    gid: Number(pax.gid ?? header.gid),
    mtime: Math.floor(Number(pax.mtime ?? header.mtime.getTime() / 1000)),
    ...(kind === 'file' ? { size } : {}),
    ...(kind === 'file' && size > 0 ? { hash: hasher.digest('hex') } : {}),
    ...targetOf(kind, header),
    ...(xattrs.length > 0 ? { xattrs } : {}),
  };
}

function targetOf(kind: TreeEntry['kind'], header: Header): Pick<TreeEntry, 'target'> {
  if (kind === 'symlink') return { target: header.linkname };
  if (kind === 'character' || kind === 'block') return { target: `${header.devmajor}:${header.devminor}` };
  return {};
}

const absolute = (name: string) => `/${name.replace(/^(\.?\/)+|^\.$/, '').replace(/\/+$/, '')}`;
