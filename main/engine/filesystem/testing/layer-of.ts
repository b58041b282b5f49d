import { createHash } from 'node:crypto';
import { EntryKind, type LayerIndex, noRecords } from '../../archive/layer-index.ts';

export interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  /** Canonical form: sorted `key=base64` lines. */
  readonly xattrs?: string;
}

/** An entry in tar order. Paths are raw bytes, one character a byte (`\xff`): see `latin1`. */
export interface Item extends Attributes {
  readonly kind: EntryKind;
  readonly path: string;
  readonly content?: string;
  readonly target?: string;
}

/** Text as it stands in a tar: UTF-8, one character a byte. */
export function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export const file = (path: string, content = '', attributes: Attributes = {}): Item => ({
  kind: EntryKind.File,
  path,
  content,
  ...attributes,
});
export const dir = (path: string, attributes: Attributes = {}): Item => ({
  kind: EntryKind.Directory,
  path,
  ...attributes,
});
export const symlink = (path: string, target: string, attributes: Attributes = {}): Item => ({
  kind: EntryKind.Symlink,
  path,
  target,
  ...attributes,
});
export const hardlink = (path: string, target: string): Item => ({ kind: EntryKind.HardLink, path, target });
export const fifo = (path: string): Item => ({ kind: EntryKind.Fifo, path });
export const device = (path: string, numbers: string): Item => ({
  kind: EntryKind.Character,
  path,
  target: numbers,
});
/** The path is what is hidden, not the marker's. */
export const whiteout = (path: string): Item => ({ kind: EntryKind.Whiteout, path });
export const opaque = (path: string): Item => ({ kind: EntryKind.Opaque, path });

/** That many bytes of content, the same for the same letter. */
export const bytes = (count: number, letter = 'x'): string => letter.repeat(count);

/** A layer's index, made without any tar. */
export function layerOf(...items: readonly Item[]): LayerIndex {
  const nodes = new Nodes();
  const strings = new Strings();
  const entryHash = new Uint32Array(items.length * 4);
  items.forEach(({ content = '' }, entry) => {
    if (content === '') return;
    const digest = createHash('sha256').update(content, 'latin1').digest();
    for (let word = 0; word < 4; word++) entryHash[entry * 4 + word] = digest.readUInt32LE(word * 4);
  });
  const targetOf = ({ kind, target }: Item) => {
    if (target === undefined) return -1;
    return kind === EntryKind.HardLink ? nodes.at(target) : strings.add(target);
  };
  const columns = {
    entryCount: items.length,
    entryNode: Uint32Array.from(items, ({ path }) => nodes.at(path)),
    entryKind: Uint8Array.from(items, ({ kind }) => kind),
    entryMode: Uint16Array.from(
      items,
      ({ mode, kind }) => mode ?? (kind === EntryKind.Directory ? 0o755 : 0o644),
    ),
    entryUid: Uint32Array.from(items, ({ uid = 0 }) => uid),
    entryGid: Uint32Array.from(items, ({ gid = 0 }) => gid),
    entrySize: Float64Array.from(items, ({ content = '' }) => content.length),
    entryMtime: Float64Array.from(items, ({ mtime = 0 }) => mtime),
    entryHash,
    entryTarget: Int32Array.from(items, targetOf),
    entryXattrs: Int32Array.from(items, ({ xattrs }) => (xattrs === undefined ? -1 : strings.add(xattrs))),
  };
  return {
    diffId: `sha256:${'0'.repeat(64)}`,
    tarBytes: items.reduce(
      (sum, { content = '' }) => sum + 512 + Math.ceil(content.length / 512) * 512,
      1024,
    ),
    warnings: [],
    nodeCount: nodes.parents.length,
    nodeParent: Uint32Array.from(nodes.parents),
    nodeName: nodes.names.offsets(),
    names: nodes.names.bytes(),
    ...columns,
    stringOffset: strings.offsets(),
    strings: strings.bytes(),
    ...structuredClone(noRecords),
  };
}

class Strings {
  readonly #all: string[] = [];

  add(text: string): number {
    return this.#all.push(text) - 1;
  }

  offsets(): Uint32Array {
    let end = 0;
    return Uint32Array.from([0, ...this.#all.map((text) => (end += text.length))]);
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#all.join(''), 'latin1');
  }
}

class Nodes {
  readonly parents = [0];
  readonly names = new Strings();
  readonly #known = new Map<string, number>();

  constructor() {
    this.names.add('');
  }

  at(path: string): number {
    let node = 0;
    let key = '';
    for (const name of path.split('/')) {
      if (name === '') continue;
      key += `/${name}`;
      let child = this.#known.get(key);
      if (child === undefined) {
        child = this.parents.push(node) - 1;
        this.names.add(name);
        this.#known.set(key, child);
      }
      node = child;
    }
    return node;
  }
}
