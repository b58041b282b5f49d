import type { Column } from '../archive/columns.ts';

/**
 * The value as one thread can hand it to another without copying its columns: they are put into memory that both
 * see, so that an image of a million files arrives in a millisecond and can be handed back to be compared. What is
 * shared already stays as it is. Nobody writes to columns once they are made.
 */
export function toMessage(value: unknown): unknown {
  const shared = new Map<object, Column>();
  for (const columns of blocksOf(value)) share(columns, shared);
  return rebuilt(value, (part) => shared.get(part));
}

/** Walks plain data; each object is made anew once, wherever it is used, or replaced by what `replace` returns. */
function rebuilt(whole: unknown, replace: (part: object) => unknown): unknown {
  const made = new Map<object, unknown>();
  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = made.get(value);
    if (known !== undefined) return known;
    const result = replace(value) ?? copied(value, visit);
    made.set(value, result);
    return result;
  };
  return visit(whole);
}

function copied(value: object, visit: (part: unknown) => unknown): unknown {
  if (ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(visit);
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, visit(part)]));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]));
}

/**
 * The columns that are to share one block of memory: those of a layer, those of a filesystem without its layers.
 * They come and go together, and one large block is given back to the system where many smaller ones would not be.
 */
function blocksOf(whole: unknown): Column[][] {
  const blocks: Column[][] = [[]];
  const seen = new Set<object>();
  const visit = (value: unknown, block: Column[]): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      if (!(value.buffer instanceof SharedArrayBuffer)) block.push(value as Column);
      return;
    }
    const own: Column[] = 'nodeParent' in value || 'nodeKind' in value ? [] : block;
    if (own !== block) blocks.push(own);
    for (const part of value instanceof Map ? value.values() : Object.values(value)) visit(part, own);
  };
  visit(whole, blocks[0]!);
  return blocks;
}

function share(columns: readonly Column[], shared: Map<object, Column>): void {
  const size = columns.reduce((sum, { byteLength }) => sum + aligned(byteLength), 0);
  const block = new SharedArrayBuffer(size);
  let offset = 0;
  for (const column of columns) {
    const Type = typeOf(column);
    const copy = new Type(block, offset, column.length);
    copy.set(column);
    shared.set(column, copy);
    offset += aligned(column.byteLength);
  }
}

type ColumnType = new (block: SharedArrayBuffer, offset: number, length: number) => Column;

/** A Buffer is bytes like others: it would arrive as these. */
function typeOf(column: Column): ColumnType {
  return (column instanceof Uint8Array ? Uint8Array : column.constructor) as ColumnType;
}

/** Every column begins where its numbers may. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
