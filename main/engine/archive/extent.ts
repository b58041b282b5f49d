import { readSync } from 'node:fs';

/** A run of bytes of an open file: a member of a tar, or a file of an OCI folder. */
export interface Extent {
  readonly fd: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads from byte `at` of the extent into the whole of `room`, or what is left. Returns how many bytes, 0 at the end
 * and where the file has become shorter. Synchronous: warm files are read at memory speed, and a promise for each
 * piece would take longer than the piece.
 */
export function readExtent({ fd, offset, size }: Extent, at: number, room: Uint8Array): number {
  const wanted = Math.min(room.length, size - at);
  let got = 0;
  while (got < wanted) {
    const read = readSync(fd, room, got, wanted - got, offset + at + got);
    if (read === 0) break;
    got += read;
  }
  return got;
}

/** The extent's first bytes: `length` of them, or all there are. */
export function extentHead(extent: Extent, length: number): Uint8Array {
  const head = new Uint8Array(Math.min(length, extent.size));
  return head.subarray(0, readExtent(extent, 0, head));
}
