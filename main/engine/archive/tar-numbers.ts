const space = 0x20;
const zero = 0x30;
const seven = 0x37;

/**
 * A number field of a tar header: octal digits with blanks or NULs around them (POSIX ustar), or base-256 when the
 * first bit is set (GNU, star). Returns undefined for anything else, or beyond 2⁵³.
 */
export function tarNumber(bytes: Uint8Array, start: number, length: number): number | undefined {
  if (bytes[start]! & 0x80) return base256(bytes, start, length);
  let at = start;
  const end = start + length;
  while (at < end && (bytes[at] === space || bytes[at] === 0)) at += 1;
  let value = 0;
  while (at < end) {
    const digit = bytes[at]!;
    if (digit < zero || digit > seven) break;
    value = value * 8 + (digit - zero);
    at += 1;
  }
  // What follows the terminator is nobody's: some writers leave rubbish there.
  if (at < end && bytes[at] !== space && bytes[at] !== 0) return undefined;
  return value;
}

/** Two's complement, big-endian; the second bit is the sign. */
function base256(bytes: Uint8Array, start: number, length: number): number | undefined {
  const first = bytes[start]! & 0x7f;
  const negative = (first & 0x40) !== 0;
  let value = negative ? first - 0x80 : first;
  for (let at = start + 1; at < start + length; at += 1) {
    value = value * 256 + bytes[at]!;
    if (!Number.isSafeInteger(value)) return undefined;
  }
  return value;
}

/** Who sums a header's bytes up. */
export interface HeaderSums {
  /** Sum of the 512 bytes at block[start], those of the checksum as blanks. */
  headerSum(block: Uint8Array, start: number): number;
}

export const headerSums: HeaderSums = {
  headerSum: (block, start) => {
    let sum = 8 * space;
    for (let at = start; at < start + 148; at += 1) sum += block[at]!;
    for (let at = start + 156; at < start + 512; at += 1) sum += block[at]!;
    return sum;
  },
};

/** Whether a header's checksum is right. Historic writers summed signed bytes. */
export function checksumMatches(block: Uint8Array, start: number, sums: HeaderSums = headerSums): boolean {
  const stated = tarNumber(block, start + 148, 8);
  const sum = sums.headerSum(block, start);
  if (sum === stated) return true;
  let high = 0;
  for (let at = start; at < start + 512; at += 1) {
    if (block[at]! & 0x80 && (at < start + 148 || at >= start + 156)) high += 1;
  }
  return sum - 256 * high === stated;
}
