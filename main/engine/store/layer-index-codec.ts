import { crc32 } from 'node:zlib';
import type { Column } from '../archive/columns.ts';
import type { LayerIndex } from '../archive/layer-index.ts';

/**
 * A layer index as blocks of bytes: a header, then one block a column, as it is in memory, so that nothing is copied on
 * the way in or out. Byte order is the machine's: the cache is its own.
 */
const magic = 0x4c59_5304; // "LYS", version 4: raise it when a column changes.

const arrays = {
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  s1: Int8Array,
  s2: Int16Array,
  s4: Int32Array,
  f8: Float64Array,
} as const;
type TypeName = keyof typeof arrays;

/** In the order of their blocks. */
const names = [
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
  'recordEntry',
  'recordKind',
  'recordOffset',
  'records',
] as const satisfies readonly (keyof LayerIndex)[];
type ColumnName = (typeof names)[number];

/** What of an index is no column. */
interface Header extends Omit<LayerIndex, ColumnName> {
  readonly types: readonly TypeName[];
  /** Of each column, bytes: the checksum alone would not see where one ends. */
  readonly lengths: readonly number[];
}

/** Words before the header's text: magic and checksum. */
const headerBytes = 8;

/** The blocks are views of the index's own columns. */
export function encodeLayerIndex(index: LayerIndex): Uint8Array[] {
  const { diffId, tarBytes, warnings, nodeCount, entryCount } = index;
  const header: Header = {
    diffId,
    tarBytes,
    warnings,
    nodeCount,
    entryCount,
    types: names.map((name) => typeOf(index[name])),
    lengths: names.map((name) => index[name].byteLength),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const blocks = [text, ...names.map((name) => bytesOf(index[name]))];
  const first = new Uint8Array(headerBytes + text.length);
  first.set(text, headerBytes);
  const words = new DataView(first.buffer);
  words.setUint32(0, magic);
  words.setUint32(4, checksum(blocks));
  return [first, ...blocks.slice(1)];
}

/**
 * The columns are views of the blocks, where these begin at an address that allows it. Undefined for blocks that are
 * not what `encodeLayerIndex` made: cut short, of another version, or damaged.
 */
export function decodeLayerIndex(blocks: readonly Uint8Array[]): LayerIndex | undefined {
  const [first, ...stored] = blocks;
  if (!first || first.length < headerBytes || stored.length !== names.length) return undefined;
  const words = new DataView(first.buffer, first.byteOffset);
  const text = first.subarray(headerBytes);
  if (words.getUint32(0) !== magic || words.getUint32(4) !== checksum([text, ...stored])) return undefined;

  // The checksum holds, so the text is what was written.
  const { types, lengths, ...rest } = JSON.parse(new TextDecoder().decode(text)) as Header;
  if (stored.some(({ length }, at) => length !== lengths[at])) return undefined;
  const read = names.map((name, at) => [name, columnOf(types[at]!, stored[at]!)] as const);
  return { ...rest, ...(Object.fromEntries(read) as unknown as Pick<LayerIndex, ColumnName>) };
}

function typeOf(column: Column): TypeName {
  // A Buffer is a Uint8Array too.
  const found = Object.entries(arrays).find(([, Type]) => column instanceof Type);
  return found![0] as TypeName;
}

function columnOf(type: TypeName, bytes: Uint8Array): Column {
  const Type = arrays[type];
  const size = Type.BYTES_PER_ELEMENT;
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new Type(buffer as ArrayBuffer, byteOffset, bytes.length / size);
}

function bytesOf({ buffer, byteOffset, byteLength }: Column): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Finds damage, is no defence against a forger. */
function checksum(blocks: readonly Uint8Array[]): number {
  let sum = magic;
  for (const block of blocks) sum = crc32(block, sum);
  return sum;
}
