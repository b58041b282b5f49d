import type { LayerIndex } from '../archive/layer-index.ts';

/**
 * A layer index as one block of bytes: a header, then every column as it lies in memory, each at a multiple of 8, so
 * that reading it back is a handful of views and no copying. Byte order is the machine's: the cache is its own.
 */
const magic = 0x4c59_5301; // "LYS", version 1: raise it when a column changes.
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

export function encodeLayerIndex(index: LayerIndex): Uint8Array {
  const { diffId, tarBytes, warnings, nodeCount, entryCount } = index;
  const lengths = columns.map((column) => index[column].length);
  const text = new TextEncoder().encode(
    JSON.stringify({ diffId, tarBytes, warnings, nodeCount, entryCount, lengths }),
  );
  let size = aligned(headerBytes + text.length);
  for (const column of columns) size += aligned(index[column].byteLength);

  const bytes = new Uint8Array(size);
  bytes.set(text, headerBytes);
  let offset = aligned(headerBytes + text.length);
  for (const column of columns) {
    const { buffer, byteOffset, byteLength } = index[column];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += aligned(byteLength);
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
  const { lengths, ...rest } = JSON.parse(text) as Counts & {
    readonly diffId: string;
    readonly tarBytes: number;
    readonly warnings: readonly string[];
    readonly lengths: readonly number[];
  };
  let offset = aligned(headerBytes + textLength);
  const buffer = bytes.buffer as ArrayBuffer;
  const views: Partial<Record<Column, unknown>> = {};
  for (const [position, column] of columns.entries()) {
    const Type = types[column];
    const length = lengths[position]!;
    const byteLength = length * Type.BYTES_PER_ELEMENT;
    if (length !== (expectedLength(column, rest) ?? length) || offset + byteLength > bytes.length) {
      return undefined;
    }
    views[column] = new Type(buffer, bytes.byteOffset + offset, length);
    offset += aligned(byteLength);
  }
  return { ...rest, ...(views as Pick<LayerIndex, Column>) };
}

function aligned(length: number): number {
  return (length + 7) & ~7;
}

/** FNV-1a over 32-bit words, the checksum's own word left out: finds damage, is no defence against a forger. */
function checksum(bytes: Uint8Array): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let hash = 0x811c9dc5;
  for (let word = 0; word < words.length; word++) {
    if (word === 3) continue;
    hash = Math.imul(hash ^ words[word]!, 0x01000193);
  }
  return hash >>> 0;
}
