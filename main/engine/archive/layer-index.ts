import type { Numbers, Signed, Unsigned } from './columns.ts';

/** What an entry of a layer is. Whiteouts are kinds of their own, bound to the path they hide. */
export const EntryKind = {
  File: 0,
  Directory: 1,
  Symlink: 2,
  HardLink: 3,
  Character: 4,
  Block: 5,
  Fifo: 6,
  /** `.wh.X`: hides X (its node) in lower layers. */
  Whiteout: 7,
  /** `.wh..wh..opq`: hides every lower descendant of its directory (its node). */
  Opaque: 8,
} as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];

/**
 * What one layer tar holds, as columns: 35 to 45 bytes an entry plus names, each column as narrow as its numbers let it
 * be. Nothing here depends on other layers, so it is kept by diff_id and used by every image that has the layer.
 *
 * Paths are a tree of nodes; node 0 is the root, and a parent's number is smaller than its children's, so subtree
 * sums are single loops from the end. A node without an entry is a parent that some path implies (or only leads to
 * a whiteout: then it implies no directory). Entries are in tar order; a node may have several (last wins).
 */
export interface LayerIndex {
  /** `sha256:…` of the uncompressed tar. */
  readonly diffId: string;
  /** Bytes of the uncompressed tar, padding included. */
  readonly tarBytes: number;
  /** Things that are odd but not fatal, in the reader's words. */
  readonly warnings: readonly string[];

  readonly nodeCount: number;
  /** Parent node of each node; the root is its own. */
  readonly nodeParent: Unsigned;
  /** Name of node n is names[nodeName[n] … nodeName[n + 1]]: raw bytes, mostly UTF-8. */
  readonly nodeName: Unsigned;
  readonly names: Uint8Array;

  readonly entryCount: number;
  readonly entryNode: Unsigned;
  /** EntryKind. */
  readonly entryKind: Uint8Array;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly entryMode: Unsigned;
  /** As Linux has them, 32 bits: what a tar has beyond is cut as the system call that unpacks it does, with a warning. */
  readonly entryUid: Unsigned;
  readonly entryGid: Unsigned;
  /** Content bytes of a regular file (sparse: its logical size), 0 of everything else. */
  readonly entrySize: Numbers;
  /** ms since the epoch. */
  readonly entryMtime: Numbers | Signed;
  /** Four words an entry: 128 bits of the content's hash; all 0 for what has no content. */
  readonly entryHash: Uint32Array;
  /** Hard link: the node of its target in this layer's tree. Symlink, device: string with target or `major:minor`. Else −1. */
  readonly entryTarget: Signed;
  /** String with the extended attributes in canonical form (sorted `key=base64` lines), or −1. */
  readonly entryXattrs: Signed;

  /** String s is strings[stringOffset[s] … stringOffset[s + 1]]: raw bytes. */
  readonly stringOffset: Unsigned;
  readonly strings: Uint8Array;

  /**
   * What files here say about packages, in the order of entries: record r is of entry recordEntry[r], a RecordKind, and
   * reduced to the lines (RecordTag) records[recordOffset[r] … recordOffset[r + 1]].
   */
  readonly recordEntry: Unsigned;
  readonly recordKind: Uint8Array;
  readonly recordOffset: Unsigned;
  readonly records: Uint8Array;
}

/** Of a layer that says nothing about packages. */
export const noRecords = {
  recordEntry: new Uint8Array(0),
  recordKind: new Uint8Array(0),
  recordOffset: new Uint8Array(1),
  records: new Uint8Array(0),
} as const satisfies Partial<LayerIndex>;
