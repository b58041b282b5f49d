import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { CacheInfo, RecentProject } from '../../../shared/api/contract.ts';
import type { HashSeed } from '../archive/content-hash.ts';
import type { LayerIndex } from '../archive/layer-index.ts';
import { cacheFolder } from './cache-folder.ts';
import { giveBack } from './give-back.ts';
import { createLayerMap } from './layer-map.ts';
import { createLayerTable } from './layer-table.ts';
import { isDamage, openDatabase } from './open-database.ts';
import { type Row, statement, transaction } from './sql.ts';

/** What is remembered: layer indexes by diff_id, images, and projects. Everything in it can be made again. */
export interface Store {
  /** Drawn at random for each cache: content hashes of one cache can be compared with one another, and not foreseen. */
  readonly hashSeed: HashSeed;
  readonly layers: {
    has(diffId: string): boolean;
    get(diffId: string): LayerIndex | undefined;
    put(index: LayerIndex): void;
    /** The diff_id of a layer that is compressed as a blob of this digest; the layer itself may be gone by now. */
    ofBlob(digest: string): string | undefined;
    putBlob(digest: string, diffId: string): void;
    info(): CacheInfo;
    clear(): void;
  };
  /** Values are what was put, unchecked: whoever asks holds them against a schema. */
  readonly images: { get(id: string): unknown; put(id: string, record: unknown): void };
  readonly bases: { get(id: string): unknown; put(id: string, record: unknown): void };
  readonly traces: { get(id: string): unknown; put(id: string, record: unknown): void };
  readonly results: { get(folder: string): unknown; put(folder: string, result: unknown): void };
  readonly projects: {
    recent(): RecentProject[];
    opened(folder: string, name: string): void;
    setLast(folder: string, last: NonNullable<RecentProject['last']>): void;
    trust(folder: string): void;
    isTrusted(folder: string): boolean;
    /** Takes the project off the list, with its last result; a folder that was trusted has to be trusted again. */
    forget(folder: string): void;
  };
  close(): void;
}

export interface StoreOptions {
  /** Default: the user's cache folder. */
  readonly folder?: string | undefined;
  /** False: nothing is read from or written to disk; what this process reads it still remembers. */
  readonly enabled?: boolean | undefined;
  /** Bytes of layer indexes that are kept; the least recently used go first. Default 2 GiB. */
  readonly maxBytes?: number;
  /** For a new cache, or one in memory; one that is there has its own. Default: drawn at random. */
  readonly hashSeed?: HashSeed;
}

const defaultMaxBytes = 2 * 2 ** 30;
/** Where there is no file, what is remembered takes memory. */
const maxBytesInMemory = 256 * 2 ** 20;
const listedProjects = 20;
/** Traces that are kept; each build that differs from those before makes one. */
const keptTraces = 500;

export function openStore({
  folder = cacheFolder(),
  enabled = true,
  maxBytes = defaultMaxBytes,
  hashSeed: seed,
}: StoreOptions = {}): Store {
  const at = enabled ? folder : undefined;
  let { database, path, hashSeed } = openDatabase(at, seed);
  let sql = statements(database);

  /** Damage found in the middle costs the cache, never the work: the file is set aside and the call made again. */
  function sound<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) throw error;
      database.close();
      // What is in memory was hashed with the seed there was.
      ({ database, path, hashSeed } = openDatabase(at, hashSeed));
      sql = statements(database);
      return work();
    }
  }

  let warned = false;
  /** A cache that cannot be written, on a full disk say, costs time the next time, never the work that is done. */
  function remember(write: () => void): void {
    try {
      sound(write);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SQLITE_ERROR') throw error;
      if (!warned) process.emitWarning(`The cache ${path} cannot be written (${(error as Error).message})`);
      warned = true;
    }
  }

  const json = (get: () => Row | undefined): unknown => {
    const text = sound(get)?.json;
    if (typeof text !== 'string') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined; // Half a document is no document.
    }
  };

  const layers =
    path === undefined
      ? createLayerMap(Math.min(maxBytes, maxBytesInMemory))
      : createLayerTable({ database: () => database, sound, remember, maxBytes });

  return {
    hashSeed,
    layers: {
      ...layers,
      info: () => ({ path, ...layers.info() }),
      clear() {
        layers.clear();
        sound(() => database.exec('DELETE FROM images; DELETE FROM traces; DELETE FROM bases'));
        if (path !== undefined) giveBack(database);
      },
    },
    images: {
      get: (id) => json(() => sql.getImage.get(id)),
      put: (id, record) => remember(() => void sql.putImage.run(id, JSON.stringify(record))),
    },
    bases: {
      get: (id) => json(() => sql.getBase.get(id)),
      put: (id, record) => remember(() => void sql.putBase.run(id, JSON.stringify(record))),
    },
    traces: {
      get: (id) => json(() => sql.getTrace.get(id)),
      put: (id, record) =>
        remember(() => {
          sql.putTrace.run(id, JSON.stringify(record));
          sql.trimTraces.run(keptTraces);
        }),
    },
    results: {
      get: (folder) => json(() => sql.getResult.get(folder)),
      put: (folder, result) => remember(() => void sql.putResult.run(folder, JSON.stringify(result))),
    },
    projects: {
      recent: () => sound(() => sql.recent.all(listedProjects).map(recentProject)),
      opened: (folder, name) => remember(() => void sql.opened.run(folder, name, Date.now())),
      setLast: (folder, last) => remember(() => void sql.setLast.run(JSON.stringify(last), folder)),
      trust: (folder) => void sound(() => sql.trust.run(folder, '', Date.now())),
      isTrusted: (folder) => sound(() => sql.isTrusted.get(folder)?.trusted === 1),
      forget: (folder) =>
        sound(() =>
          transaction(database, () => {
            sql.forget.run(folder);
            sql.deleteResult.run(folder);
          }),
        ),
    },
    close: () => {
      layers.saveUses();
      database.close();
    },
  };
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => statement(database, text);
  return {
    getImage: prepare('SELECT record AS json FROM images WHERE id = ?'),
    putImage: prepare('INSERT OR REPLACE INTO images (id, record) VALUES (?, ?)'),
    getBase: prepare('SELECT record AS json FROM bases WHERE id = ?'),
    putBase: prepare('INSERT OR REPLACE INTO bases (id, record) VALUES (?, ?)'),
    getTrace: prepare('SELECT record AS json FROM traces WHERE id = ?'),
    putTrace: prepare('INSERT OR REPLACE INTO traces (id, record) VALUES (?, ?)'),
    trimTraces: prepare('DELETE FROM traces WHERE rowid <= (SELECT max(rowid) FROM traces) - ?'),
    getResult: prepare('SELECT result AS json FROM results WHERE folder = ?'),
    putResult: prepare('INSERT OR REPLACE INTO results (folder, result) VALUES (?, ?)'),
    deleteResult: prepare('DELETE FROM results WHERE folder = ?'),
    recent: prepare(
      `SELECT folder, name, opened_at, last FROM projects WHERE name != ''
       ORDER BY opened_at DESC LIMIT ?`,
    ),
    opened: prepare(
      `INSERT INTO projects (folder, name, opened_at) VALUES (?, ?, ?)
       ON CONFLICT (folder) DO UPDATE SET name = excluded.name, opened_at = excluded.opened_at`,
    ),
    setLast: prepare('UPDATE projects SET last = ? WHERE folder = ?'),
    trust: prepare(
      `INSERT INTO projects (folder, name, opened_at, trusted) VALUES (?, ?, ?, 1)
       ON CONFLICT (folder) DO UPDATE SET trusted = 1`,
    ),
    isTrusted: prepare('SELECT trusted FROM projects WHERE folder = ?'),
    forget: prepare('DELETE FROM projects WHERE folder = ?'),
  };
}

function recentProject(row: Record<string, SQLInputValue>): RecentProject {
  const last = typeof row.last === 'string' ? (JSON.parse(row.last) as RecentProject['last']) : undefined;
  return { folder: String(row.folder), name: String(row.name), openedAt: Number(row.opened_at), last };
}
