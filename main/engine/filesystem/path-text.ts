import { isUtf8 } from 'node:buffer';
import type { Filesystem } from './filesystem.ts';
import { nameBytes, pathBytes } from './path-tree.ts';

// A byte order mark is a part of the name like any other.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Names are raw bytes, mostly UTF-8: what is not becomes replacement characters. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export interface PathText {
  readonly path: string;
  /** The exact bytes, only where `path` had to replace some. */
  readonly pathBase64?: string;
}

/** The absolute path of a node. */
export function pathOf(fs: Filesystem, node: number): PathText {
  const bytes = pathBytes(fs.tree, node);
  const path = textOf(bytes);
  return isUtf8(bytes) ? { path } : { path, pathBase64: Buffer.from(bytes).toString('base64') };
}

/** The last part of a node's path; `/` of the root. */
export function nameOf(fs: Filesystem, node: number): string {
  return node === 0 ? '/' : textOf(nameBytes(fs.tree, node));
}
