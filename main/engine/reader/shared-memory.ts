import { PathTree, type TreeColumns } from '../filesystem/path-tree.ts';

/** A PathTree on its way: its private parts would be lost. */
interface TreeMessage {
  readonly pathTree: TreeColumns;
}

/**
 * The value as one thread can hand it to another without copying its columns: they are put into memory that both
 * see, so that an image of a million files arrives in a millisecond and can be handed back to be compared. What is
 * shared already stays as it is. Nobody writes to columns once they are made.
 */
export function toMessage(value: unknown): unknown {
  return rebuilt(value, (leaf) => {
    if (leaf instanceof PathTree) return { pathTree: toMessage(leaf.columns) };
    return ArrayBuffer.isView(leaf) ? shared(leaf as TypedArray) : undefined;
  });
}

/** What another thread made a message of. */
export function fromMessage(message: unknown): unknown {
  return rebuilt(message, (leaf) => {
    if (isTree(leaf)) return PathTree.of(leaf.pathTree);
    return ArrayBuffer.isView(leaf) ? leaf : undefined;
  });
}

/** Walks plain data; each object is made anew once, wherever it is used, or replaced by what `replace` returns. */
function rebuilt(whole: unknown, replace: (leaf: object) => unknown): unknown {
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
  if (Array.isArray(value)) return value.map(visit);
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, visit(part)]));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part)]));
}

function isTree(value: object): value is TreeMessage {
  return 'pathTree' in value;
}

type TypedArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

function shared(column: TypedArray): TypedArray {
  if (column.buffer instanceof SharedArrayBuffer) return column;
  const Type = column.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  const copy = new Type(new SharedArrayBuffer(column.byteLength));
  copy.set(column);
  return copy;
}
