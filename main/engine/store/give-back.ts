import type { DatabaseSync } from 'node:sqlite';
import { busyTimeout } from './open-database.ts';

/** Makes the file small; while another process works with it, it stays as large, and its room is used again. */
export function giveBack(database: DatabaseSync): void {
  database.exec('PRAGMA busy_timeout = 200');
  try {
    database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
  database.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
}

/** SQLITE_BUSY 5 and SQLITE_LOCKED 6, https://www.sqlite.org/rescode.html. */
function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code !== undefined && [5, 6].includes(code & 0xff);
}
