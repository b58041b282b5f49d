import { EntryKind } from '../archive/layer-index.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { Package, Packages } from '../packages/packages.ts';
import { findPlaces } from './find-places.ts';
import { familyOf } from './package-families.ts';
import { developmentDependencies, knownPlaces } from './places.ts';

/** What the files of an image belong to, as numbers: first the known names, then the packages. */
export interface FileClasses {
  /** Class n below its length is this name; class `names.length + p` is package p. */
  readonly names: readonly string[];
  readonly packages: Packages;
  readonly count: number;
  /** The class of a file by its node; −1: neither a known place nor a package. */
  ofNode(node: number): number;
}

const classes = new WeakMap<Packages, { readonly fs: Filesystem; readonly classes: FileClasses }>();

/** A known place says more than a package, and a family of packages more than one of them. */
export function classifyFiles(fs: Filesystem, packages: Packages): FileClasses {
  const known = classes.get(packages);
  if (known?.fs === fs) return known.classes;
  const made = makeClasses(fs, packages);
  classes.set(packages, { fs, classes: made });
  return made;
}

function makeClasses(fs: Filesystem, packages: Packages): FileClasses {
  const names: string[] = [];
  const idOf = (name: string) => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1);
  const ofPlace = Int32Array.from([-1, ...knownPlaces.map(({ name }) => idOf(name))]);
  const development = (each: Package) =>
    each.development ? developmentDependencies[each.ecosystem] : undefined;
  const named = packages.list.map((each) => {
    const own = development(each);
    const family = own ?? familyOf(each);
    return { own: own === undefined ? -1 : idOf(own), family: family === undefined ? -1 : idOf(family) };
  });
  const first = names.length;
  const always = Int32Array.from(named, ({ own }) => own);
  const otherwise = Int32Array.from(named, ({ family }, index) => (family < 0 ? first + index : family));
  const { placeOf } = findPlaces(fs);
  const { ofNode } = packages;
  return {
    names,
    packages,
    count: first + packages.list.length,
    ofNode(node) {
      const owner = ofNode[node]!;
      if (owner >= 0 && always[owner]! >= 0) return always[owner]!;
      const place = ofPlace[placeOf[node]!]!;
      if (place >= 0) return place;
      return owner < 0 ? -1 : otherwise[owner]!;
    },
  };
}

/** Calls for each live file, once whatever its names, with the name that carries its bytes. */
export function forEachFile(fs: Filesystem, look: (inode: number, node: number) => void): void {
  const { count, links, node } = fs.inodes;
  for (let inode = 0; inode < count; inode++) {
    if (links[inode] !== 0 && fs.nodeKind[node[inode]!] === EntryKind.File) look(inode, node[inode]!);
  }
}
