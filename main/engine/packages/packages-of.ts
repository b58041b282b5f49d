import type { Filesystem } from '../filesystem/filesystem.ts';
import type { PathTree } from '../filesystem/path-tree.ts';
import { addFilePackages } from './file-packages.ts';
import { addFolderPackages } from './folder-packages.ts';
import { liveRecords } from './live-records.ts';
import { Owners } from './owners.ts';
import type { Package, Packages, PackedPackages } from './packages.ts';
import { PathLookup } from './path-lookup.ts';
import { addPythonPackages, ownCompiled } from './python-packages.ts';
import { addSystemPackages } from './system-packages.ts';

/** By the tree: an image with its origins and the same without them are two filesystems. */
const known = new WeakMap<PathTree, Packages>();

/**
 * The packages of an image as its managers record them, and whose each file is. What several claim is of the first of
 * these: the system's package (dpkg, apk, rpm); a Python package whose list has it; the package of npm, Composer,
 * RubyGems or Python with the innermost folder; the file itself, a Go program or Java archive. A record that is a part
 * of another package makes none of its own. What no package has belongs to none.
 */
export function packagesOf(fs: Filesystem): Packages {
  const found = known.get(fs.tree) ?? (fs.packages ? unpacked(fs.packages) : findPackages(fs));
  known.set(fs.tree, found);
  return found;
}

/** The image with its packages, so that whoever it is handed to need not look for them again. */
export function withPackages(fs: Filesystem): Filesystem {
  const { list, ofNode } = packagesOf(fs);
  return { ...fs, packages: { list: Buffer.from(JSON.stringify(list)), ofNode } };
}

function unpacked({ list, ofNode }: PackedPackages): Packages {
  return { list: JSON.parse(Buffer.from(list).toString()) as Package[], ofNode };
}

function findPackages(fs: Filesystem): Packages {
  const owners = new Owners(fs);
  const lookup = new PathLookup(fs);
  const records = liveRecords(fs);
  addSystemPackages(records, owners, lookup);
  addPythonPackages(records, owners, lookup);
  addFolderPackages(records, owners, lookup);
  owners.settleTrees();
  addFilePackages(records, owners);
  if (owners.list.length > 0) {
    ownCompiled(owners, lookup);
    shareNames(fs, owners.ofNode);
  }
  lookup.release();
  return { list: owners.list, ofNode: owners.ofNode };
}

/** All names of a file are of one package: that of the name which carries its bytes, else of the first that has one. */
function shareNames({ inodes, nodeInode }: Filesystem, ofNode: Int32Array): void {
  const ofShared = new Map<number, number>();
  for (let node = 0; node < nodeInode.length; node++) {
    const inode = nodeInode[node]!;
    if (inode < 0 || inodes.links[inode]! < 2) continue;
    const carrier = ofNode[inodes.node[inode]!]!;
    const owner = carrier >= 0 ? carrier : ofNode[node]!;
    if (owner >= 0 && !ofShared.has(inode)) ofShared.set(inode, owner);
  }
  if (ofShared.size === 0) return;
  for (let node = 0; node < nodeInode.length; node++) {
    const owner = ofShared.get(nodeInode[node]!);
    if (owner !== undefined) ofNode[node] = owner;
  }
}
