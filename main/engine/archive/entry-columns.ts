import type { Numbers, Signed, Unsigned } from './columns.ts';
import { GrowingColumn } from './growing-column.ts';
import type { LayerIndex } from './layer-index.ts';
import { NarrowColumn } from './narrow-column.ts';

/** Entries that are gathered before they go into the columns: few enough to stay in the processor's cache. */
const blockLength = 1024;

/** One entry as LayerIndex has it, but its hash. */
export interface EntryRow {
  node: number;
  kind: number;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  target: number;
  xattrs: number;
}

/** Columns of a layer's entries in the making, at all times as narrow as what they hold lets them be. */
export class EntryColumns {
  count = 0;
  /** The entry that `add` takes: to be filled anew for each. */
  readonly row: EntryRow = {
    node: 0,
    kind: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    target: 0,
    xattrs: 0,
  };
  /** Where the hash of the newest entry belongs: hashes[hashAt … hashAt + 4]. It is 0 until it is written. */
  readonly hashes = new Uint32Array(blockLength * 4);
  hashAt = 0;

  #filled = 0;
  readonly #node = new BlockColumn();
  readonly #kind = new BlockColumn();
  readonly #mode = new BlockColumn();
  readonly #uid = new BlockColumn();
  readonly #gid = new BlockColumn();
  readonly #size = new BlockColumn();
  readonly #mtime = new BlockColumn();
  readonly #target = new BlockColumn(-1);
  readonly #xattrs = new BlockColumn(-1);
  readonly #hash = new GrowingColumn(new Uint32Array(blockLength * 4));

  add(): void {
    if (this.#filled === blockLength) this.#flush();
    const { row } = this;
    const at = this.#filled++;
    this.#node.block[at] = row.node;
    this.#kind.block[at] = row.kind;
    this.#mode.block[at] = row.mode;
    this.#uid.block[at] = row.uid;
    this.#gid.block[at] = row.gid;
    this.#size.block[at] = row.size;
    this.#mtime.block[at] = row.mtime;
    this.#target.block[at] = row.target;
    this.#xattrs.block[at] = row.xattrs;
    this.hashAt = at * 4;
    this.count++;
  }

  /** Nothing can be added afterwards. */
  finish(): Pick<LayerIndex, 'entryCount' | `entry${Capitalize<keyof EntryRow>}` | 'entryHash'> {
    this.#flush();
    return {
      entryCount: this.count,
      entryNode: this.#node.finish() as Unsigned,
      entryKind: this.#kind.finish() as Uint8Array,
      entryMode: this.#mode.finish() as Unsigned,
      entryUid: this.#uid.finish() as Unsigned,
      entryGid: this.#gid.finish() as Unsigned,
      entrySize: this.#size.finish() as Numbers,
      entryMtime: this.#mtime.finish() as Numbers | Signed,
      entryHash: this.#hash.finish(),
      entryTarget: this.#target.finish() as Signed,
      entryXattrs: this.#xattrs.finish() as Signed,
    };
  }

  #flush(): void {
    const count = this.#filled;
    this.#filled = 0;
    this.#node.flush(count);
    this.#kind.flush(count);
    this.#mode.flush(count);
    this.#uid.flush(count);
    this.#gid.flush(count);
    this.#size.flush(count);
    this.#mtime.flush(count);
    this.#target.flush(count);
    this.#xattrs.flush(count);
    this.#hash.append(this.hashes.subarray(0, count * 4));
    this.hashes.fill(0);
  }
}

class BlockColumn {
  readonly block = new Float64Array(blockLength);
  readonly #column: NarrowColumn;

  constructor(least?: -1 | 0) {
    this.#column = new NarrowColumn(least);
  }

  flush(count: number): void {
    this.#column.append(this.block.subarray(0, count));
  }

  finish() {
    return this.#column.finish();
  }
}
