import type { DatabaseSync } from 'node:sqlite';
import type { CacheInfo } from '../../../shared/api/contract.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { decodeLayerIndex, encodeLayerIndex } from './layer-index-codec.ts';
import { type Statement, statement, transaction } from './sql.ts';

/** Layer indexes by diff_id. The least recently used go when there are too many bytes. */
export interface LayerTable {
  has(diffId: string): boolean;
  get(diffId: string): LayerIndex | undefined;
  put(index: LayerIndex): void;
  /** The diff_id of a layer that is compressed as a blob of this digest. */
  ofBlob(digest: string): string | undefined;
  /** Remembers it, for a layer that is there. */
  putBlob(digest: string, diffId: string): void;
  info(): Omit<CacheInfo, 'path'>;
  clear(): void;
  /** Writes down which layers were used, which is otherwise done now and then. */
  saveUses(): void;
}

export interface LayerTableOptions {
  /** May be another one after `sound` and `remember`. */
  readonly database: () => DatabaseSync;
  /** Does the work, on a new database where the old one is damaged. */
  readonly sound: <T>(work: () => T) => T;
  /** As `sound`, for what need not succeed. */
  readonly remember: (write: () => void) => void;
  /** Bytes that all layers may take. */
  readonly maxBytes: number;
}

/** SQLite takes blobs of up to 10⁹ bytes (https://www.sqlite.org/limits.html); copies are made piece by piece. */
const pieceBytes = 64 * 2 ** 20;
/** Uses are written down when that many ms have gone by since the last time: a reader that only reads stays one. */
const usesEvery = 60_000;

export function createLayerTable({ database, sound, remember, maxBytes }: LayerTableOptions): LayerTable {
  let sql = statements(database());
  let prepared = database();
  const current = () => {
    if (prepared !== database()) {
      prepared = database();
      sql = statements(prepared);
    }
    return sql;
  };

  const uses = new Map<string, number>();
  let usesSaved = Date.now();

  function writeUses(): void {
    for (const [diffId, at] of uses) current().use.run(at, diffId);
    uses.clear();
    usesSaved = Date.now();
  }

  function saveUses(): void {
    if (uses.size > 0) remember(() => transaction(database(), writeUses));
  }

  function forget(diffId: string): void {
    current().deleteBlocks.run(diffId);
    current().deleteBlobs.run(diffId);
    current().deleteLayer.run(diffId);
  }

  function write(index: LayerIndex, blocks: readonly Uint8Array[], bytes: number): void {
    forget(index.diffId);
    current().putLayer.run(index.diffId, index.entryCount, bytes, Date.now());
    const { id } = current().layerId.get(index.diffId) as { id: number };
    blocks.forEach((block, number) => {
      for (let at = 0, piece = 0; at === 0 || at < block.length; at += pieceBytes, piece++) {
        current().putPiece.run(id, number, piece, block.subarray(at, at + pieceBytes));
      }
    });
  }

  /** The newest layers that fit stay. */
  function trim(): void {
    let sum = 0;
    for (const row of current().byUse.all()) {
      sum += Number(row.bytes);
      if (sum > maxBytes) forget(String(row.diff_id));
    }
  }

  return {
    has: (diffId) => sound(() => current().layerId.get(diffId) !== undefined),

    get(diffId) {
      // One statement, so that all pieces are of one moment.
      const rows = sound(() => current().getPieces.all(diffId));
      if (rows.length === 0) return undefined;
      const index = decodeLayerIndex(blocksOf(rows as unknown as PieceRow[]));
      if (index?.diffId === diffId) {
        uses.set(diffId, Date.now());
        if (Date.now() - usesSaved > usesEvery) saveUses();
        return index;
      }
      // Damaged on the way: forgotten, so that it is read anew.
      remember(() => transaction(database(), () => forget(diffId)));
      return undefined;
    },

    put(index) {
      const blocks = encodeLayerIndex(index);
      const bytes = blocks.reduce((sum, block) => sum + block.length, 0);
      // It would push out all others, and then itself.
      if (bytes > maxBytes) return;
      remember(() =>
        transaction(database(), () => {
          writeUses();
          write(index, blocks, bytes);
          trim();
        }),
      );
    },

    ofBlob(digest) {
      const row = sound(() => current().layerOfBlob.get(digest));
      return row && String(row.diff_id);
    },

    putBlob(digest, diffId) {
      remember(() => void current().putBlob.run(digest, diffId));
    },

    info() {
      saveUses();
      const row = sound(() => current().sums.get())!;
      const time = (at: unknown) => (at === null ? undefined : new Date(Number(at)).toISOString());
      return {
        layers: Number(row.layers),
        entries: Number(row.entries),
        bytes: Number(row.bytes),
        limit: maxBytes,
        oldestUse: time(row.oldest),
        newestUse: time(row.newest),
      };
    },

    clear() {
      uses.clear();
      sound(() =>
        transaction(database(), () =>
          database().exec('DELETE FROM layer_blocks; DELETE FROM layers; DELETE FROM blobs'),
        ),
      );
    },

    saveUses,
  };
}

interface PieceRow {
  readonly block: number;
  readonly bytes: Uint8Array;
}

/** Pieces of one block put together again. */
function blocksOf(rows: readonly PieceRow[]): Uint8Array[] {
  const blocks: Uint8Array[][] = [];
  for (const { block, bytes } of rows) {
    if (blocks[block]) blocks[block].push(bytes);
    else blocks[block] = [bytes];
  }
  return Array.from(blocks, (pieces) => (pieces?.length === 1 ? pieces[0]! : Buffer.concat(pieces ?? [])));
}

function statements(
  database: DatabaseSync,
): Record<
  | 'layerId'
  | 'getPieces'
  | 'use'
  | 'putLayer'
  | 'putPiece'
  | 'deleteLayer'
  | 'deleteBlocks'
  | 'deleteBlobs'
  | 'layerOfBlob'
  | 'putBlob'
  | 'byUse'
  | 'sums',
  Statement
> {
  const prepare = (text: string) => statement(database, text);
  return {
    layerId: prepare('SELECT id FROM layers WHERE diff_id = ?'),
    getPieces: prepare(
      `SELECT block, bytes FROM layer_blocks WHERE layer = (SELECT id FROM layers WHERE diff_id = ?)
       ORDER BY block, piece`,
    ),
    use: prepare('UPDATE layers SET used_at = ? WHERE diff_id = ?'),
    putLayer: prepare('INSERT INTO layers (diff_id, entries, bytes, used_at) VALUES (?, ?, ?, ?)'),
    putPiece: prepare('INSERT INTO layer_blocks (layer, block, piece, bytes) VALUES (?, ?, ?, ?)'),
    deleteLayer: prepare('DELETE FROM layers WHERE diff_id = ?'),
    deleteBlocks: prepare('DELETE FROM layer_blocks WHERE layer = (SELECT id FROM layers WHERE diff_id = ?)'),
    deleteBlobs: prepare('DELETE FROM blobs WHERE diff_id = ?'),
    layerOfBlob: prepare('SELECT diff_id FROM blobs WHERE digest = ?'),
    putBlob: prepare('INSERT OR REPLACE INTO blobs (digest, diff_id) VALUES (?, ?)'),
    byUse: prepare('SELECT diff_id, bytes FROM layers ORDER BY used_at DESC, id DESC'),
    sums: prepare(
      `SELECT count(*) AS layers, coalesce(sum(entries), 0) AS entries, coalesce(sum(bytes), 0) AS bytes,
       min(used_at) AS oldest, max(used_at) AS newest FROM layers`,
    ),
  };
}
