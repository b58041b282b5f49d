import { DatabaseSync } from 'node:sqlite';

export interface RpmPackage {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly arch?: string;
  /** Absolute paths. */
  readonly files?: readonly string[];
  /** Bytes of a description: most headers are longer than a page. */
  readonly padding?: number;
}

const stringType = 6;
const numbersType = 4;
const stringsType = 8;

/** A package's header as rpm's databases have it. */
export function rpmHeader(found: RpmPackage): Buffer {
  const { name, version = '1', release = '2', epoch, arch = 'x86_64', files = [], padding = 0 } = found;
  const directories = [...new Set(files.map(directoryOf))];
  const tags: [tag: number, type: number, value: string | readonly string[] | readonly number[]][] = [
    [1000, stringType, name],
    [1001, stringType, version],
    [1002, stringType, release],
    [1005, stringType, 'x'.repeat(padding)],
    [1022, stringType, arch],
  ];
  if (epoch !== undefined) tags.push([1003, numbersType, [epoch]]);
  if (files.length > 0) {
    tags.push(
      [1116, numbersType, files.map((path) => directories.indexOf(directoryOf(path)))],
      [1117, stringsType, files.map((path) => path.slice(directoryOf(path).length))],
      [1118, stringsType, directories],
    );
  }
  const index: Buffer[] = [];
  const data: Buffer[] = [];
  let length = 0;
  for (const [tag, type, value] of tags) {
    const gap = type === numbersType ? (4 - (length % 4)) % 4 : 0;
    data.push(Buffer.alloc(gap));
    length += gap;
    const values = typeof value === 'string' ? [value] : value;
    index.push(words(tag, type, length, values.length));
    for (const one of values) {
      const bytes = typeof one === 'number' ? words(one) : Buffer.from(`${one}\0`);
      data.push(bytes);
      length += bytes.length;
    }
  }
  return Buffer.concat([words(tags.length, length), ...index, ...data]);
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Most significant byte first. */
function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => void bytes.writeUInt32BE(value, at * 4));
  return bytes;
}

/** As rpm since 4.16 makes it. */
export function sqliteDatabase(headers: readonly Uint8Array[], pageSize = 4096): Buffer {
  const database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA page_size = ${pageSize}; CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER);
    CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);
    CREATE INDEX Name_key_idx ON 'Name' (key ASC)`);
  const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const header of headers) insert.run(header);
  const bytes = Buffer.from(database.serialize());
  database.close();
  return bytes;
}

/** As rpm's lib/backend/ndb/rpmpkg.c makes it. */
export function ndbDatabase(headers: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP');
  slots.writeUInt32LE(1, 12);
  for (let slot = 2; slot < 256; slot++) slots.write('Slot', slot * 16);
  const blobs: Buffer[] = [];
  let block = 256;
  headers.forEach((header, number) => {
    const blob = Buffer.alloc(Math.ceil((16 + header.length + 12) / 16) * 16);
    blob.write('BlbS');
    blob.writeUInt32LE(number + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    blob.set(header, 16);
    // One slot is free: its package was removed.
    const at = (number + 3) * 16;
    slots.writeUInt32LE(number + 1, at + 4);
    slots.writeUInt32LE(block, at + 8);
    slots.writeUInt32LE(blob.length / 16, at + 12);
    blobs.push(blob);
    block += blob.length / 16;
  });
  return Buffer.concat([slots, ...blobs]);
}

/** A Berkeley hash as rpm made it before 4.16, in the byte order of any machine: one page of keys, values behind it. */
export function berkeleyDatabase(headers: readonly Uint8Array[], isLittle = true, pageSize = 4096): Buffer {
  const short = (page: Buffer, value: number, at: number) =>
    isLittle ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const long = (page: Buffer, value: number, at: number) =>
    isLittle ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const meta = Buffer.alloc(pageSize);
  long(meta, 0x061561, 12);
  long(meta, pageSize, 20);
  meta[25] = 8;
  const hash = Buffer.alloc(pageSize);
  hash[25] = 13;
  const pages = [meta, hash];
  let end = pageSize;
  let items = 0;
  const add = (type: number, content: Buffer) => {
    end -= 1 + content.length;
    hash[end] = type;
    content.copy(hash, end + 1);
    short(hash, end, 26 + items * 2);
    items += 1;
  };
  // The first value counts the others.
  add(1, Buffer.alloc(4));
  add(1, Buffer.alloc(4, headers.length));
  for (const [number, header] of headers.entries()) {
    add(1, Buffer.alloc(4, number + 1));
    const offPage = Buffer.alloc(11);
    long(offPage, pages.length, 3);
    long(offPage, header.length, 7);
    add(3, offPage);
    for (let at = 0; at < header.length; at += pageSize - 26) {
      const page = Buffer.alloc(pageSize);
      const piece = header.subarray(at, at + pageSize - 26);
      page[25] = 7;
      short(page, piece.length, 22);
      page.set(piece, 26);
      pages.push(page);
      if (at + piece.length < header.length) long(page, pages.length, 16);
    }
  }
  short(hash, items, 20);
  return Buffer.concat(pages);
}
