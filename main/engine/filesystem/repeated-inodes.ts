import { GrowingColumn } from '../archive/growing-column.ts';
import type { Filesystem } from './filesystem.ts';

/** Bits of a filter for each inode: one in so many that are alone is taken for repeated. */
const bitsPerInode = 16;

/**
 * Live inodes whose content may be there again, in order; no inode that is repeated is missing, and few that are not
 * are among them. A table of all contents would take long and much memory, and most have only one inode.
 */
export function repeatedInodes(fs: Filesystem): Uint32Array {
  const { inodes } = fs;
  const bits = 2 ** Math.ceil(Math.log2(Math.max(64, inodes.count * bitsPerInode)));
  const mask = bits - 1;
  const once = new Uint32Array(bits / 32);
  const twice = new Uint32Array(bits / 32);
  forEachContent(fs, (_, hash) => {
    const word = (hash & mask) >>> 5;
    const bit = 1 << (hash & 31);
    if ((once[word]! & bit) !== 0) twice[word]! |= bit;
    else once[word]! |= bit;
  });
  const found = new GrowingColumn(new Uint32Array(64));
  forEachContent(fs, (inode, hash) => {
    if ((twice[(hash & mask) >>> 5]! & (1 << (hash & 31))) !== 0) found.push(inode);
  });
  return found.finish();
}

/** Each live inode with content, and 32 bits of its content's hash. */
function forEachContent({ inodes, layers }: Filesystem, look: (inode: number, hash: number) => void): void {
  const { count, links, size, layer, entry } = inodes;
  for (let inode = 0; inode < count; inode++) {
    if (links[inode] === 0 || size[inode] === 0) continue;
    look(inode, layers[layer[inode]!]!.entryHash[entry[inode]! * 4]!);
  }
}
