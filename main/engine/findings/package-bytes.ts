import type { PackageBytes } from '../../../shared/model/project-document.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { selectTop } from '../filesystem/select-top.ts';
import type { Packages } from '../packages/packages.ts';
import { forEachFile } from './file-classes.ts';

export interface PackageList {
  readonly total: number;
  readonly totalBytes: number;
  readonly items: PackageBytes[];
}

/** What packages hold of the files that are looked at, largest first; those that hold no bytes of them are left out. */
export function packageBytes(
  fs: Filesystem,
  { list, ofNode }: Packages,
  includes: (inode: number) => boolean,
  top: number,
): PackageList {
  const bytes = new Float64Array(list.length);
  const files = new Uint32Array(list.length);
  if (list.length > 0) {
    forEachFile(fs, (inode, node) => {
      const owner = ofNode[node]!;
      if (owner < 0 || !includes(inode)) return;
      bytes[owner]! += fs.inodes.size[inode]!;
      files[owner]!++;
    });
  }
  const held = Array.from(list.keys()).filter((index) => bytes[index]! > 0);
  return {
    total: held.length,
    totalBytes: held.reduce((sum, index) => sum + bytes[index]!, 0),
    items: selectTop(held, top, (a, b) => bytes[b]! - bytes[a]! || a - b).map((index) => {
      const { id, ecosystem, name, version } = list[index]!;
      return { id, ecosystem, name, version, bytes: bytes[index]!, files: files[index]! };
    }),
  };
}
