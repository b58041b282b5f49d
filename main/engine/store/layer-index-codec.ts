import type { LayerIndex } from '../archive/layer-index.ts';

/**
 * A layer index as one block of bytes: a header, then every column, each at a multiple of 8, so that most of it is read
 * back as views without copying. Columns whose numbers lie close together (owners, sizes, links that are none) are
 * stored as narrow distances from the smallest: SQLite takes its time by the byte. Byte order is the machine's: the
 * cache is its own.
 */
const magic = 0x4c59_5302; // "LYS", version 2: raise it when a column changes.
const columns = [
  'nodeParent',
  'nodeName',
  'names',
  'entryNode',
  'entryKind',
  'entryMode',
  'entryUid',
  'entryGid',
  'entrySize',
  'entryMtime',
  'entryHash',
  'entryTarget',
  'entryXattrs',
  'stringOffset',
  'strings',
] as const satisfies readonly (keyof LayerIndex)[];

type Column = (typeof columns)[number];

const types = {
  nodeParent: Uint32Array,
  nodeName: Uint32Array,
  names: Uint8Array,
  entryNode: Uint32Array,
  entryKind: Uint8Array,
  entryMode: Uint16Array,
  entryUid: Float64Array,
  entryGid: Float64Array,
  entrySize: Float64Array,
  entryMtime: Float64Array,
  entryHash: Uint32Array,
  entryTarget: Int32Array,
  entryXattrs: Int32Array,
  stringOffset: Uint32Array,
  strings: Uint8Array,
} as const satisfies { readonly [C in Column]: unknown };

/** How many values a column has, by what the index counts; names and strings have as many bytes as they have. */
function expectedLength(column: Column, { nodeCount, entryCount }: Counts): number | undefined {
  switch (column) {
    case 'nodeParent':
      return nodeCount;
    case 'nodeName':
      return nodeCount + 1;
    case 'entryHash':
      return entryCount * 4;
    case 'names':
    case 'strings':
    case 'stringOffset':
      return undefined;
    default:
      return entryCount;
  }
}

interface Counts {
  readonly nodeCount: number;
  readonly entryCount: number;
}

/** Words before the text: magic, length of the text, columns, checksum. The text holds what is no column. */
const headerBytes = 16;

/** How a column is stored: as it is, or each value less `base` in so many bytes; 0 bytes where all are the same. */
interface Form {
  readonly length: number;
  readonly base?: number;
  readonly bytes?: 0 | 1 | 2 | 4;
}

const narrowTypes = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

type Values = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** The narrowest form that loses nothing. */
function formOf(values: Values): Form {
  const { length } = values;
  if (length === 0 || values instanceof Uint8Array) return { length };
  let least = values[0]!;
  let most = least;
  for (let at = 0; at < length; at++) {
    const value = values[at]!;
    if (value < least) least = value;
    else if (value > most) most = value;
    // Fractions and −0 are kept as they are; so is what spans too much to gain anything.
    if (!Number.isSafeInteger(value) || Object.is(value, -0) || most - least > 0xffff_ffff) return { length };
  }
  const range = most - least;
  const bytes = range === 0 ? 0 : range <= 0xff ? 1 : range <= 0xffff ? 2 : 4;
  return bytes < values.BYTES_PER_ELEMENT ? { length, base: least, bytes } : { length };
}

function narrowed(values: Values, { base, bytes, length }: Form): Uint8Array {
  const { buffer, byteOffset, byteLength } = values;
  if (bytes === undefined) return new Uint8Array(buffer, byteOffset, byteLength);
  if (bytes === 0) return new Uint8Array(0);
  const narrow = new narrowTypes[bytes](length);
  for (let at = 0; at < length; at++) narrow[at] = values[at]! - base!;
  return new Uint8Array(narrow.buffer);
}

export function encodeLayerIndex(index: LayerIndex): Uint8Array {
  const { diffId, tarBytes, warnings, nodeCount, entryCount } = index;
  const forms = columns.map((column) => formOf(index[column]));
  const stored = columns.map((column, position) => narrowed(index[column], forms[position]!));
  const text = new TextEncoder().encode(
    JSON.stringify({ diffId, tarBytes, warnings, nodeCount, entryCount, forms }),
  );
  let size = aligned(headerBytes + text.length);
  for (const column of stored) size += aligned(column.length);

  const bytes = new Uint8Array(size);
  bytes.set(text, headerBytes);
  let offset = aligned(headerBytes + text.length);
  for (const column of stored) {
    bytes.set(column, offset);
    offset += aligned(column.length);
  }
  const words = new Uint32Array(bytes.buffer, 0, headerBytes / 4);
  words[0] = magic;
  words[1] = text.length;
  words[2] = columns.length;
  words[3] = checksum(bytes);
  return bytes;
}

/** Undefined for bytes that are not what `encodeLayerIndex` made: cut short, of another version, or damaged. */
export function decodeLayerIndex(encoded: Uint8Array): LayerIndex | undefined {
  if (encoded.byteLength < headerBytes || encoded.byteLength % 8 !== 0) return undefined;
  // Views need a start that is a multiple of 8; SQLite hands out buffers of their own, so a copy is rare.
  const bytes = encoded.byteOffset % 8 === 0 ? encoded : encoded.slice();
  const header = new Uint32Array(bytes.buffer, bytes.byteOffset, headerBytes / 4);
  const [version, textLength, columnCount, sum] = [header[0]!, header[1]!, header[2]!, header[3]!];
  if (version !== magic || columnCount !== columns.length || headerBytes + textLength > bytes.length) {
    return undefined;
  }
  if (sum !== checksum(bytes)) return undefined;

  // The checksum holds, so the text is what was written.
  const text = new TextDecoder().decode(bytes.subarray(headerBytes, headerBytes + textLength));
  const { forms, ...rest } = JSON.parse(text) as Counts & {
    readonly diffId: string;
    readonly tarBytes: number;
    readonly warnings: readonly string[];
    readonly forms: readonly Form[];
  };
  let offset = aligned(headerBytes + textLength);
  const views: Partial<Record<Column, unknown>> = {};
  for (const [position, column] of columns.entries()) {
    const form = forms[position]!;
    const { length } = form;
    const byteLength = length * (form.bytes ?? types[column].BYTES_PER_ELEMENT);
    if (length !== (expectedLength(column, rest) ?? length) || offset + byteLength > bytes.length) {
      return undefined;
    }
    views[column] = widened(column, form, bytes, offset);
    offset += aligned(byteLength);
  }
  return { ...rest, ...(views as Pick<LayerIndex, Column>) };
}

function widened(column: Column, { length, base, bytes }: Form, block: Uint8Array, offset: number): Values {
  const Type = types[column];
  const start = block.byteOffset + offset;
  if (bytes === undefined) return new Type(block.buffer as ArrayBuffer, start, length);
  const values = new Type(length);
  if (bytes === 0) return values.fill(base!);
  const narrow = new narrowTypes[bytes](block.buffer as ArrayBuffer, start, length);
  for (let at = 0; at < length; at++) values[at] = base! + narrow[at]!;
  return values;
}

function aligned(length: number): number {
  return (length + 7) & ~7;
}

/**
 * FNV-1a over 32-bit words, the checksum's own word left out: finds damage, is no defence against a forger. Four sums
 * side by side, since each step of one waits for the step before.
 */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const prime = 0x01000193;
  let [a, b, c, d] = [0x811c9dc5, 1, 2, 3];
  let word = headerBytes / 4;
  for (; word + 4 <= words.length; word += 4) {
    a = Math.imul(a ^ words[word]!, prime);
    b = Math.imul(b ^ words[word + 1]!, prime);
    c = Math.imul(c ^ words[word + 2]!, prime);
    d = Math.imul(d ^ words[word + 3]!, prime);
  }
  for (; word < words.length; word++) a = Math.imul(a ^ words[word]!, prime);
  for (const value of [b, c, d, words[0]!, words[1]!, words[2]!]) a = Math.imul(a ^ value, prime);
  return a >>> 0;
}
