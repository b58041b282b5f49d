import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { HashSeed } from '../archive/content-hash.ts';

/** Raise it when a table or a kept document changes: a database of another version is set aside. */
const schemaVersion = 4;

/** How long another process's writing is waited for, ms. */
export const busyTimeout = 5000;

const schema = `
  CREATE TABLE layers (
    id INTEGER PRIMARY KEY,
    diff_id TEXT NOT NULL UNIQUE,
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    used_at INTEGER NOT NULL
  ) STRICT;
  -- Apart from what is asked all the time: the blocks of a layer may be tens of megabytes. One that is longer than
  -- SQLite allows is there in several pieces.
  CREATE TABLE layer_blocks (
    layer INTEGER NOT NULL,
    block INTEGER NOT NULL,
    piece INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (layer, block, piece)
  ) STRICT;
  -- By which digest a layer travels where it is compressed.
  CREATE TABLE blobs (digest TEXT PRIMARY KEY, diff_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE images (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- What the images of a Dockerfile are traced from.
  CREATE TABLE traces (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;
  -- What a base image is made of, by its reference with its digest.
  CREATE TABLE bases (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE projects (
    folder TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    trusted INTEGER NOT NULL DEFAULT 0,
    last TEXT
  ) STRICT;
  CREATE TABLE results (folder TEXT PRIMARY KEY, result TEXT NOT NULL) STRICT;
  -- One row: what keys the content hashes of every index here.
  CREATE TABLE hash_seed (low INTEGER NOT NULL, high INTEGER NOT NULL) STRICT;
  PRAGMA user_version = ${schemaVersion};
`;

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly hashSeed: HashSeed;
  /** Undefined for a database in memory. */
  readonly path: string | undefined;
}

/**
 * Opens `layerscope.db` in the folder, safe beside other processes. A file that is damaged or of another version is
 * moved aside and a new one begun: it is a cache. Where no file can be had at all it is kept in memory. `seed` is for
 * a new database; one that is there has its own.
 */
export function openDatabase(folder: string | undefined, seed: HashSeed = randomSeed()): OpenedDatabase {
  if (folder === undefined) return inMemory(seed);
  const path = join(folder, 'layerscope.db');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      return { ...prepare(path, seed), path };
    } catch (error) {
      // Tables that are not as this version made them are as useless as damage (SQLITE_ERROR 1).
      if (!isDamage(error) && (error as { errcode?: number }).errcode !== 1) throw error;
      setAside(path);
      return { ...prepare(path, seed), path };
    }
  } catch (error) {
    process.emitWarning(
      `The cache ${path} cannot be used (${(error as Error).message}); what is read is forgotten at the end`,
    );
    return inMemory(seed);
  }
}

function inMemory(seed: HashSeed): OpenedDatabase {
  return { ...prepare(':memory:', seed), path: undefined };
}

function randomSeed(): HashSeed {
  return { low: randomInt(2 ** 32), high: randomInt(2 ** 32) };
}

class OtherVersion extends Error {}

function prepare(path: string, seed: HashSeed): Omit<OpenedDatabase, 'path'> {
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  try {
    // Large pages, for blocks of many megabytes; they must be asked for before the file has any.
    // The log of what was written last is cut to that size once it is in the file.
    database.exec(
      'PRAGMA page_size = 65536; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;',
    );
    // One process makes the tables while the others wait; who comes second finds them made.
    database.exec('BEGIN IMMEDIATE');
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0) {
      database.exec(schema);
      database.prepare('INSERT INTO hash_seed (low, high) VALUES (?, ?)').run(seed.low, seed.high);
    } else if (version !== schemaVersion) {
      throw new OtherVersion(`database of version ${version}`);
    }
    const kept = database.prepare('SELECT low, high FROM hash_seed').get();
    if (!kept) throw new OtherVersion('database without a seed');
    database.exec('COMMIT');
    return { database, hashSeed: { low: Number(kept.low), high: Number(kept.high) } };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLITE_CORRUPT 11 and SQLITE_NOTADB 26, https://www.sqlite.org/rescode.html. */
export function isDamage(error: unknown): boolean {
  if (error instanceof OtherVersion) return true;
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && [11, 26].includes(code & 0xff);
}

/** In the place of what was set aside before: a cache that is no use must not pile up. */
function setAside(path: string): void {
  if (existsSync(path)) renameSync(path, `${path}.damaged`);
  for (const companion of ['-wal', '-shm']) rmSync(path + companion, { force: true });
}
