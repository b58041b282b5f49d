// https://www.sqlite.org/fileformat2.html. Read here rather than by SQLite itself: a file from an image could define
// views and triggers that run for ever.
const pageHeader = 100;
const leafTable = 0x0d;
const interiorTable = 0x05;

interface Value {
  /** Serial type: 12 and even numbers above are blobs, odd ones from 13 on texts. */
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** The blobs of a table's rows, the first of each row. Throws for a database that is damaged. */
export function* sqliteBlobs(bytes: Buffer, table: string): Generator<Buffer> {
  const database = new SqliteFile(bytes);
  for (const record of database.rows(1)) {
    const [type, name, , page] = valuesOf(record);
    if (!type || !name || !page) continue;
    if (
      record.toString('utf8', type.start, type.end) !== 'table' ||
      record.toString('utf8', name.start, name.end) !== table
    )
      continue;
    for (const row of database.rows(record.readUIntBE(page.start, page.end - page.start))) {
      const blob = valuesOf(row).find(({ type }) => type >= 12 && type % 2 === 0);
      if (blob) yield row.subarray(blob.start, blob.end);
    }
    return;
  }
  throw new Error(`There is no table ${table}`);
}

class SqliteFile {
  readonly #bytes: Buffer;
  readonly #pageSize: number;
  /** Of a page, without what is reserved at its end. */
  readonly #usable: number;
  /** Pages of trees that were read: none is there twice. */
  readonly #seen = new Set<number>();
  /** Bytes that rows may still have: all together no more than the file. */
  #left: number;

  constructor(bytes: Buffer) {
    const size = bytes.readUInt16BE(16);
    this.#bytes = bytes;
    this.#pageSize = size === 1 ? 65536 : size;
    this.#usable = this.#pageSize - bytes[20]!;
    this.#left = bytes.length;
    if (this.#pageSize < 512 || this.#usable < 480) throw new Error('The pages are too small');
  }

  /** The records of a table, whose tree has its root at that page. */
  *rows(root: number): Generator<Buffer> {
    const left = [root];
    for (let number = left.pop(); number !== undefined; number = left.pop()) {
      if (this.#seen.has(number)) throw new Error('A page is there twice');
      this.#seen.add(number);
      const page = this.#page(number);
      const header = number === 1 ? pageHeader : 0;
      const cells = page.readUInt16BE(header + 3);
      const isLeaf = page[header] === leafTable;
      if (!isLeaf && page[header] !== interiorTable) throw new Error('A page is of no table');
      const pointers = header + (isLeaf ? 8 : 12);
      // The last child first: what is popped first is the smallest.
      if (!isLeaf) left.push(page.readUInt32BE(header + 8));
      for (let cell = 0; cell < cells; cell++) {
        const at = isLeaf ? cell : cells - 1 - cell;
        const offset = page.readUInt16BE(pointers + at * 2);
        if (isLeaf) yield this.#record(page, offset);
        else left.push(page.readUInt32BE(offset));
      }
    }
  }

  #page(number: number): Buffer {
    const start = (number - 1) * this.#pageSize;
    if (number < 1 || start + this.#pageSize > this.#bytes.length) throw new Error('A page lies outside');
    return this.#bytes.subarray(start, start + this.#pageSize);
  }

  /** The content of a leaf's cell, with what lies in overflow pages. */
  #record(page: Buffer, offset: number): Buffer {
    const [length, afterLength] = varint(page, offset);
    const [, start] = varint(page, afterLength);
    this.#left -= length;
    if (this.#left < 0) throw new Error('The rows are larger than the file');
    const local = this.#localBytes(length);
    if (start + local > page.length) throw new Error('A row lies outside');
    if (local === length) return page.subarray(start, start + length);
    const pieces = [page.subarray(start, start + local)];
    let missing = length - local;
    let next = page.readUInt32BE(start + local);
    while (missing > 0) {
      const overflow = this.#page(next);
      const taken = Math.min(missing, this.#usable - 4);
      pieces.push(overflow.subarray(4, 4 + taken));
      missing -= taken;
      next = overflow.readUInt32BE(0);
    }
    return Buffer.concat(pieces, length);
  }

  /** How much of a row lies in its leaf ("B-tree Pages", cell payload). */
  #localBytes(length: number): number {
    const most = this.#usable - 35;
    if (length <= most) return length;
    const least = Math.floor(((this.#usable - 12) * 32) / 255) - 23;
    const rest = least + ((length - least) % (this.#usable - 4));
    return rest <= most ? rest : least;
  }
}

function valuesOf(record: Buffer): Value[] {
  const values: Value[] = [];
  const [headerEnd, first] = varint(record, 0);
  let start = headerEnd;
  for (let at = first; at < headerEnd; ) {
    const [type, next] = varint(record, at);
    const end = start + bytesOf(type);
    if (end > record.length) throw new Error('A value lies outside its row');
    values.push({ type, start, end });
    start = end;
    at = next;
  }
  return values;
}

/** Of a value of that serial type ("Record Format"). */
function bytesOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type]!;
}

/** A number and where it ends: seven bits a byte, the most significant first, at most nine bytes. */
function varint(bytes: Buffer, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  return [value * 256 + bytes.readUInt8(start + 8), start + 9];
}
