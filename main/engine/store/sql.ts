import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

export type Row = Record<string, unknown>;

export interface Statement {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Record<string, SQLInputValue>[];
  run(...values: SQLInputValue[]): unknown;
}

export function statement(database: DatabaseSync, text: string): Statement {
  return database.prepare(text) as unknown as Statement;
}

export function transaction(database: DatabaseSync, work: () => void): void {
  // Immediate: two processes that both read first could not both go on to write.
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk, say, may have ended it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
