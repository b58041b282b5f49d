import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { type Header, type Pack, pack } from 'tar-stream';
import { createContentHash } from '../content-hash.ts';
import { createLayerIndexer } from '../index-layer.ts';
import type { LayerIndex } from '../layer-index.ts';

/** An entry of a layer to be made; `path` is written as it stands, whiteout prefix and all. */
export interface TestEntry {
  readonly path: string;
  /** Default: a directory where the path ends in `/`, else a file. */
  readonly type?: Header['type'];
  /** Content of a file. */
  readonly content?: string | Uint8Array;
  /** Target of a link. */
  readonly target?: string;
  /** Default 0755 of directories, 0644 of everything else. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** ms since the epoch; whole seconds. */
  readonly mtime?: number;
  /** Raw PAX records, such as `SCHILY.xattr.user.a`. */
  readonly pax?: Readonly<Record<string, string>>;
  readonly device?: { readonly major: number; readonly minor: number };
}

export const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A layer's tar, written by tar-stream: nothing of it is our own reader's. */
export async function buildLayer(entries: readonly TestEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    const directory = entry.path.endsWith('/');
    const type = entry.type ?? (directory ? 'directory' : 'file');
    const content = Buffer.from(entry.content ?? '');
    const header: Parameters<Pack['entry']>[0] = {
      name: entry.path,
      type,
      mode: entry.mode ?? (type === 'directory' ? 0o755 : 0o644),
      uid: entry.uid ?? 0,
      gid: entry.gid ?? 0,
      mtime: new Date(entry.mtime ?? 0),
      linkname: entry.target,
      devmajor: entry.device?.major,
      devminor: entry.device?.minor,
      pax: entry.pax,
    };
    if (type === 'file' || type === 'contiguous-file') tar.entry(header, content);
    else tar.entry(header);
  }
  tar.finalize();
  return buffer(tar);
}

/** The index of a layer's tar, read in chunks of `chunkSize` bytes. */
export async function indexTar(tar: Uint8Array, chunkSize = tar.length): Promise<LayerIndex> {
  const indexer = createLayerIndexer({ verify: true }, await createContentHash());
  for (let at = 0; at < tar.length; at += chunkSize) indexer.write(tar.subarray(at, at + chunkSize));
  const { index, sha256 } = indexer.end();
  return { ...index, diffId: sha256! };
}

/** The index of a layer with these entries. */
export async function buildLayerIndex(entries: readonly TestEntry[]): Promise<LayerIndex> {
  return indexTar(await buildLayer(entries));
}
