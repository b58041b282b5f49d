import type { LayerTree } from './layer-tree.ts';
import { limits } from './limits.ts';
import { invalidTar, limitExceeded, quoted, type TarSubject } from './tar-error.ts';

const slash = 0x2f;
const dot = 0x2e;

/** What a path's names say about it (OCI image-spec, layer.md, and the AUFS names it comes from). */
export type PathRole =
  | 'plain'
  /** `.wh.X`: nameStart … nameEnd is X. */
  | 'whiteout'
  /** `.wh..wh..opq`: the path is its directory's. */
  | 'opaque'
  /** `.wh..wh.*` or below it: AUFS's own bookkeeping. */
  | 'metadata'
  /** `.wh.`, `.wh..`, `.wh...`, something below `.wh.X`: means nothing. */
  | 'invalid-marker';

/**
 * Resolves paths of one layer to nodes of its tree. `./a`, `/a`, `a/`, `a` are the same. Tars list a directory's
 * entries together, so the previous path's nodes are kept: an entry usually costs one look-up.
 */
export class PathResolver {
  readonly #tree: LayerTree;
  readonly #subject: TarSubject;
  /** Start and end of each name of the current path. */
  readonly #starts = new Uint32Array(limits.depth);
  readonly #ends = new Uint32Array(limits.depth);
  #pathStart = 0;
  #depth = 0;
  /** The directory of the previous path, as it was written and with its slash, the node it is, and its names. */
  #directory = new Uint8Array(256);
  #directoryLength = 0;
  #directoryNode = 0;
  #directoryDepth = 0;
  /** Whether the current path is a plain name in that directory. */
  #isBeside = false;
  /** Nodes of the previous path, from the first name on. */
  readonly #chain = new Uint32Array(limits.depth);
  #chainLength = 0;

  constructor(tree: LayerTree, subject: TarSubject) {
    this.#tree = tree;
    this.#subject = subject;
  }

  /** Splits the path into its names; nothing enters the tree. Throws where a name is `..` or has a NUL. */
  parse(bytes: Uint8Array, start: number, end: number): PathRole {
    this.#isBeside = this.#parseBeside(bytes, start, end);
    if (this.#isBeside) return 'plain';
    this.#pathStart = start;
    let depth = 0;
    let marked = -1;
    let at = start;
    while (at < end) {
      if (bytes[at] === slash) {
        at += 1;
        continue;
      }
      const from = at;
      while (at < end && bytes[at] !== slash) {
        if (bytes[at] === 0) throw this.#unsafe(bytes, start, end, 'contains a NUL');
        at += 1;
      }
      if (bytes[from] === dot) {
        if (at - from === 1) continue;
        if (at - from === 2 && bytes[from + 1] === dot) {
          throw this.#unsafe(bytes, start, end, 'leads upwards (..)');
        }
        if (marked < 0 && isMarker(bytes, from, at)) marked = depth;
      }
      if (depth === limits.depth)
        throw limitExceeded(this.#subject, `has a path of more than ${depth} names`, 'depth');
      this.#starts[depth] = from;
      this.#ends[depth] = at;
      depth += 1;
    }
    this.#depth = depth;
    return marked < 0 ? 'plain' : this.#markerRole(bytes, marked);
  }

  /** The node of the path that was parsed, marker prefix and all taken off. */
  resolve(bytes: Uint8Array, role: 'plain' | 'whiteout' | 'opaque'): number {
    if (this.#isBeside) {
      const beside = this.#tree.child(this.#directoryNode, bytes, this.#starts[0]!, this.#ends[0]!);
      this.#chain[this.#directoryDepth] = beside;
      this.#chainLength = this.#directoryDepth + 1;
      return beside;
    }
    const last = this.#depth - 1;
    if (role === 'opaque') return this.#walk(bytes, last);
    if (role === 'whiteout') this.#starts[last]! += 4;
    const node = this.#walk(bytes, this.#depth);
    if (role === 'plain') this.#keepDirectory(bytes);
    return node;
  }

  /** Most paths are in the directory of the one before: then there is but one name to look at. */
  #parseBeside(bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.#directoryLength;
    const from = start + length;
    if (length === 0 || from >= end || bytes[from] === dot || bytes[from] === slash) return false;
    const directory = this.#directory;
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== directory[at]) return false;
    let to = from;
    while (to < end && bytes[to] !== slash && bytes[to] !== 0) to += 1;
    // A directory's own path ends in a slash.
    if (to < end && !(bytes[to] === slash && to === end - 1)) return false;
    this.#starts[0] = from;
    this.#ends[0] = to;
    return true;
  }

  #keepDirectory(bytes: Uint8Array): void {
    const start = this.#pathStart;
    const last = this.#depth - 1;
    const length = last < 0 ? 0 : this.#starts[last]! - start;
    this.#directoryLength = length;
    if (length === 0) return;
    if (length > this.#directory.length) this.#directory = new Uint8Array(length * 2);
    for (let at = 0; at < length; at += 1) this.#directory[at] = bytes[start + at]!;
    this.#directoryDepth = last;
    this.#directoryNode = last === 0 ? 0 : this.#chain[last - 1]!;
  }

  #markerRole(bytes: Uint8Array, marked: number): PathRole {
    const start = this.#starts[marked]!;
    const end = this.#ends[marked]!;
    const last = marked === this.#depth - 1;
    if (isMarker(bytes, start + 4, end)) {
      return last && isOpaque(bytes, start, end) ? 'opaque' : 'metadata';
    }
    const hidden = end - start - 4;
    const nothing = hidden === 0;
    const upwards = bytes[start + 4] === dot && (hidden === 1 || (hidden === 2 && bytes[start + 5] === dot));
    return last && !nothing && !upwards ? 'whiteout' : 'invalid-marker';
  }

  #walk(bytes: Uint8Array, depth: number): number {
    const tree = this.#tree;
    const chain = this.#chain;
    let at = 0;
    let node = 0;
    const shared = Math.min(depth, this.#chainLength);
    while (at < shared && tree.isNamed(chain[at]!, node, bytes, this.#starts[at]!, this.#ends[at]!)) {
      node = chain[at]!;
      at += 1;
    }
    for (; at < depth; at += 1) {
      node = tree.child(node, bytes, this.#starts[at]!, this.#ends[at]!);
      chain[at] = node;
      this.#chainLength = at + 1;
    }
    return node;
  }

  #unsafe(bytes: Uint8Array, start: number, end: number, why: string): Error {
    return invalidTar(this.#subject, `the path ${quoted(bytes.subarray(start, end))} ${why}`);
  }
}

/** Begins with `.wh.`. */
function isMarker(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 4 &&
    bytes[start] === dot &&
    bytes[start + 1] === 0x77 &&
    bytes[start + 2] === 0x68 &&
    bytes[start + 3] === dot
  );
}

/** Is `.wh..wh..opq`, of which the first eight bytes are known to be markers. */
function isOpaque(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start === 12 &&
    bytes[start + 8] === dot &&
    bytes[start + 9] === 0x6f &&
    bytes[start + 10] === 0x70 &&
    bytes[start + 11] === 0x71
  );
}
