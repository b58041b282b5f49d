import { rawHeader } from '../../main/engine/archive/testing/tar-blocks.ts';
import { contentPool, fillFrom } from './content.ts';

/** An entry of a layer's tar; a path that ends in `/` is a directory. */
export interface Entry {
  readonly path: string;
  /** Bytes of content. */
  readonly size: number;
  /** Where in the pool its content begins: the same place is the same content. */
  readonly from?: number;
  /** Target of a symbolic link. */
  readonly link?: string;
}

/** A layer is made anew each time it is gone through, the same every time. */
export type Layer = Iterable<Entry>;

export const padded = (bytes: number): number => Math.ceil(bytes / 512) * 512;
export const endOfTar = 1024;

export function tarBytes(layer: Layer): number {
  let bytes = endOfTar;
  for (const { size } of layer) bytes += 512 + padded(size);
  return bytes;
}

const chunkBytes = 2 ** 20;
let pool: Buffer | undefined;

/** The layer's tar in chunks of about a megabyte. */
export function* layerTar(layer: Layer): Generator<Buffer> {
  pool ??= contentPool();
  let parts: Buffer[] = [];
  let gathered = 0;
  for (const entry of layer) {
    const content = Buffer.alloc(padded(entry.size));
    fillFrom(pool, entry.from ?? 0, content.subarray(0, entry.size));
    parts.push(headerOf(entry), content);
    gathered += 512 + content.length;
    if (gathered < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    gathered = 0;
  }
  yield Buffer.concat([...parts, Buffer.alloc(endOfTar)]);
}

function headerOf({ path, size, link }: Entry): Buffer {
  if (link !== undefined) return rawHeader({ name: path, type: '2', link });
  return rawHeader({ name: path, size, type: path.endsWith('/') ? '5' : '0' });
}
