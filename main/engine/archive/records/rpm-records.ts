import { berkeleyValues } from './berkeley-values.ts';
import { ndbValues } from './ndb-values.ts';
import type { RecordText } from './record-text.ts';
import { reduceRpmHeader } from './rpm-header.ts';
import { sqliteBlobs } from './sqlite-blobs.ts';

/**
 * The packages of rpm's database in any of its formats: SQLite (rpm 4.16 and later), ndb (SUSE), and the hash of
 * Berkeley DB (before). Throws for what is none of them, or damaged.
 */
export function reduceRpm(bytes: Buffer, to: RecordText): void {
  for (const header of headersOf(bytes)) reduceRpmHeader(header, to);
}

function headersOf(bytes: Buffer): Iterable<Buffer> {
  switch (bytes.toString('latin1', 0, 4)) {
    case 'SQLi':
      return sqliteBlobs(bytes, 'Packages');
    case 'RpmP':
      return ndbValues(bytes);
    default:
      return berkeleyValues(bytes);
  }
}
