import { checksumMatches } from './tar-numbers.ts';

/** What bytes are, told by their beginning alone: names and media types may say anything. */
export type Content = 'empty' | 'gzip' | 'zstd' | 'tar' | 'json' | 'other';

/** Bytes from the beginning that `sniff` needs, or all there are. */
export const sniffLength = 512;

export function sniff(head: Uint8Array): Content {
  if (head.length === 0) return 'empty';
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  // A skippable frame of zstd (RFC 8878, 3.1.2): some writers begin with one.
  if ((head[0]! & 0xf0) === 0x50 && startsWith(head.subarray(1), [0x2a, 0x4d, 0x18])) return 'zstd';
  if (head.length >= sniffLength) {
    if (checksumMatches(head, 0)) return 'tar';
    // A tar without entries is its end marker.
    if (head.subarray(0, sniffLength).every((byte) => byte === 0)) return 'tar';
  }
  const first = head.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b || first === 0x5b ? 'json' : 'other';
}

const known: readonly (readonly [readonly number[], string])[] = [
  [[0x42, 0x5a, 0x68], 'a bzip2-compressed file'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'an xz-compressed file'],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip file'],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'a 7-Zip file'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x23, 0x21], 'a script'],
  [[0x68, 0x73, 0x71, 0x73], 'a squashfs filesystem'],
];

/** What a file that is no image seems to be, for a person: `an empty file`, `a zip file`. */
export function describeContent(head: Uint8Array): string {
  switch (sniff(head)) {
    case 'empty':
      return 'an empty file';
    case 'gzip':
      return 'a gzip-compressed file of something else';
    case 'zstd':
      return 'a zstd-compressed file of something else';
    case 'tar':
      return 'a tar of something else';
    case 'json':
      return 'a JSON document';
    default: {
      const match = known.find(([magic]) => startsWith(head, magic));
      if (match) return match[1];
      const text = head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
      return text ? 'a text file' : 'a file of an unknown kind';
    }
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
