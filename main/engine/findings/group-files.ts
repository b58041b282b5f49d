import type { Ecosystem } from '../../../shared/model/package-name.ts';
import type { FileGroup } from '../../../shared/model/project-document.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { pathOf } from '../filesystem/path-text.ts';
import type { Packages } from '../packages/packages.ts';
import { classifyFiles } from './file-classes.ts';
import { type FileTally, tallyFiles } from './file-tally.ts';
import { locateClasses } from './locate-classes.ts';

export interface GroupList {
  readonly total: number;
  readonly totalBytes: number;
  readonly items: FileGroup[];
}

/** A group in the making: where one class is all of it, its path is looked for at the end. */
export type TalliedGroup = Omit<FileGroup, 'path'> & {
  /** The same of the same group in another image, whatever the version of a package. */
  readonly key: string;
  readonly path?: string;
  readonly class?: number;
};

/** A package or directory below this share of all bytes is summed with others like it. */
const smallShare = 1 / 40;

/**
 * Files of an image in groups that do not overlap and sum to the byte, largest first: what is in a known place or of
 * a known family of packages, then by package, then by directory, the deepest that still holds something. At most
 * `top` of them; the totals count all. Groups without bytes are left out.
 */
export function groupFiles(
  fs: Filesystem,
  packages: Packages,
  includes: (inode: number) => boolean,
  top: number,
): GroupList {
  const [tally] = tallyFiles(fs, classifyFiles(fs, packages), 1, (inode) => (includes(inode) ? 0 : -1));
  const groups = talliedGroups(fs, tally!);
  const items = groups.slice(0, Math.max(0, top));
  const wanted = items.flatMap((group) => group.class ?? []);
  const located = locateClasses(fs, tally!, includes, wanted);
  return {
    total: groups.length,
    totalBytes: tally!.bytes,
    items: items.map(({ key: _, class: id, path, ...group }) => ({
      ...group,
      path: path ?? (id === undefined ? null : (located.get(id) ?? null)),
    })),
  };
}

/** Largest first. */
export function talliedGroups(fs: Filesystem, tally: FileTally): TalliedGroup[] {
  return [...knownGroups(tally), ...packageGroups(tally), ...directoryGroups(fs, tally)]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function knownGroups({ classes, classBytes, classFiles }: FileTally): TalliedGroup[] {
  return classes.names.map((name, id) => ({
    key: name,
    name,
    kind: 'known',
    bytes: classBytes[id]!,
    files: classFiles[id]!,
    class: id,
  }));
}

/** Several packages of one manager. */
const ecosystemPackages: Readonly<Record<Ecosystem, string>> = {
  dpkg: 'Debian packages',
  apk: 'Alpine packages',
  rpm: 'RPM packages',
  npm: 'npm packages',
  python: 'Python packages',
  go: 'Go programs',
  java: 'Java archives',
  composer: 'Composer packages',
  gem: 'Ruby gems',
};

/** One a package; small ones of an ecosystem together. */
function packageGroups({ classes, classBytes, classFiles, bytes }: FileTally): TalliedGroup[] {
  const { names, packages } = classes;
  const all = packages.list.map(({ ecosystem, name, version }, index) => ({
    ecosystem,
    key: `${ecosystem} ${name}`,
    name: version === null ? name : `${name} ${version}`,
    kind: 'package' as const,
    bytes: classBytes[names.length + index]!,
    files: classFiles[names.length + index]!,
    class: names.length + index,
  }));
  const groups: TalliedGroup[] = [];
  for (const ecosystem of Object.keys(ecosystemPackages) as Ecosystem[]) {
    const own = all.filter((each) => each.ecosystem === ecosystem && each.bytes > 0);
    const small = own.filter((each) => each.bytes < bytes * smallShare);
    const large = small.length === 1 ? own : own.filter((each) => each.bytes >= bytes * smallShare);
    groups.push(...large.map(({ ecosystem: _, ...group }) => group));
    if (small.length < 2) continue;
    const more = large.length > 0 ? 'more ' : '';
    groups.push({
      key: `${ecosystem} small`,
      name: `${small.length} ${more}${ecosystemPackages[ecosystem]}`,
      kind: 'package',
      bytes: small.reduce((sum, each) => sum + each.bytes, 0),
      files: small.reduce((sum, each) => sum + each.files, 0),
    });
  }
  return groups;
}

/** What is too small for a group of its own is counted with its parent; at the root it is what is left. */
function directoryGroups(fs: Filesystem, tally: FileTally): TalliedGroup[] {
  const { parentRank } = tally.ranks;
  const bytes = tally.directoryBytes.slice();
  const files = tally.directoryFiles.slice();
  const oneFile = tally.directoryFile.slice();
  const groups: TalliedGroup[] = [];
  for (let rank = parentRank.length - 1; rank >= 0; rank--) {
    if (bytes[rank] === 0 && files[rank] === 0) continue;
    if (rank > 0 && bytes[rank]! < Math.max(1, tally.bytes * smallShare)) {
      const up = parentRank[rank]!;
      bytes[up]! += bytes[rank]!;
      files[up]! += files[rank]!;
      oneFile[up] = oneFile[rank]!;
      continue;
    }
    const { path } = pathOf(fs, files[rank] === 1 ? oneFile[rank]! : fs.directories[rank]!);
    groups.push({
      key: path,
      name: path === '/' ? 'other files' : path,
      kind: 'directory',
      path,
      bytes: bytes[rank]!,
      files: files[rank]!,
    });
  }
  return groups;
}
