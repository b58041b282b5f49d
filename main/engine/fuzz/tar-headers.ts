import { octal } from '../archive/testing/tar-blocks.ts';

/** Where a header block lies, and what a writer meant by it. */
export interface HeaderAt {
  readonly at: number;
  readonly type: string;
  readonly size: number;
}

/** The headers of a sound tar: enough to change one, written apart from the scanner that is tested. */
export function headersOf(tar: Buffer): HeaderAt[] {
  const headers: HeaderAt[] = [];
  for (let at = 0; at + 512 <= tar.length; ) {
    if (tar[at] === 0) break;
    const type = tar.toString('latin1', at + 156, at + 157);
    // A tar that was changed before may have any size.
    const size = Math.max(0, Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0);
    headers.push({ at, type, size });
    // A map of old GNU's goes on in blocks of its own.
    let more = type === 'S' && tar[at + 482] !== 0;
    at += 512;
    while (more && at + 512 <= tar.length) {
      more = tar[at + 504] !== 0;
      at += 512;
    }
    at += Math.ceil(size / 512) * 512;
  }
  return headers;
}

/** Makes the checksum right again, as whoever forges a header would. */
export function fixChecksum(tar: Buffer, at: number): void {
  tar.write(`${octal(sumOf(tar, at), 6)}\0 `, at + 148, 'latin1');
}

/** Whether a block has the checksum of a header. */
export function isHeader(block: Buffer): boolean {
  return Number.parseInt(block.toString('latin1', 148, 154), 8) === sumOf(block, 0);
}

/** The sum of a header's bytes, those of the checksum as blanks. */
function sumOf(tar: Buffer, at: number): number {
  let sum = 8 * 0x20;
  for (let byte = at; byte < at + 512; byte += 1) if (byte < at + 148 || byte >= at + 156) sum += tar[byte]!;
  return sum;
}
