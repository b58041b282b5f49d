import { RecordKind } from '../archive/records/record-kind.ts';
import type { RecordedPackage } from '../archive/records/record-text.ts';
import { nameOf, pathOf } from '../filesystem/path-text.ts';
import { filesOf } from './files-of.ts';
import type { LiveRecord } from './live-records.ts';
import type { Owners } from './owners.ts';
import type { PathLookup } from './path-lookup.ts';
import { readRecord } from './read-record.ts';

type SystemEcosystem = 'dpkg' | 'apk' | 'rpm';

/** The packages of dpkg, apk and rpm, of the image and of folders that a system was installed into. */
export function addSystemPackages(records: readonly LiveRecord[], owners: Owners, lookup: PathLookup): void {
  addDpkgPackages(records, owners, lookup);
  for (const record of records) {
    if (record.kind === RecordKind.Apk)
      addWithFiles(record, 'apk', apkRoot(owners, record.node), owners, lookup);
  }
  for (const [root, record] of rpmDatabases(records, owners))
    addWithFiles(record, 'rpm', root, owners, lookup);
}

function addPackage(
  owners: Owners,
  ecosystem: SystemEcosystem,
  root: number,
  record: number,
  found: RecordedPackage,
): number {
  const place = root === 0 ? '' : `${pathOf(owners.fs, root).path}/`;
  const { path } = pathOf(owners.fs, record);
  return owners.add({ ...found, ecosystem, key: place + found.name, path });
}

/** A node's ancestor, so many steps up. */
function above({ fs }: Owners, node: number, steps: number): number {
  let at = node;
  for (let left = steps; left > 0; left--) at = fs.tree.parent[at]!;
  return at;
}

/** A record that has the files of its packages, below `root`. */
function addWithFiles(
  { node, text }: LiveRecord,
  ecosystem: SystemEcosystem,
  root: number,
  owners: Owners,
  lookup: PathLookup,
): void {
  let owner = -1;
  readRecord(text, {
    package: (found) => {
      owner = addPackage(owners, ecosystem, root, node, found);
    },
    ...filesOf(() => owner, root, root, owners, lookup),
  });
}

/** `lib/apk/db/installed`, which a system with one `usr` has below that. */
function apkRoot(owners: Owners, record: number): number {
  const root = above(owners, record, 4);
  return root !== 0 && nameOf(owners.fs, root) === 'usr' ? above(owners, root, 1) : root;
}

/** Newer formats first: what they replaced may have been left behind. */
const rpmFiles = ['rpmdb.sqlite', 'Packages.db', 'Packages'];

/** Of each root one. */
function rpmDatabases(records: readonly LiveRecord[], owners: Owners): Map<number, LiveRecord> {
  const databases = new Map<number, LiveRecord>();
  const rank = ({ node }: LiveRecord) => rpmFiles.indexOf(nameOf(owners.fs, node));
  for (const record of records) {
    if (record.kind !== RecordKind.Rpm) continue;
    const folder = nameOf(owners.fs, above(owners, record.node, 2));
    const root = above(owners, record.node, folder === 'sysimage' ? 5 : 4);
    const known = databases.get(root);
    if (!known || rank(record) < rank(known)) databases.set(root, record);
  }
  return databases;
}

/** What stands in the names of files of `info/`: `libc6`, `libc6:amd64` where several architectures can be there. */
type DpkgNames = Map<string, number>;

/** Status and lists are files of their own, in one folder. */
function addDpkgPackages(records: readonly LiveRecord[], owners: Owners, lookup: PathLookup): void {
  const { fs } = owners;
  const folders = new Map<number, DpkgNames>();
  for (const { kind, node, text } of records) {
    if (kind !== RecordKind.DpkgStatus) continue;
    const inFolder = nameOf(fs, above(owners, node, 1)) === 'status.d';
    const folder = above(owners, node, inFolder ? 2 : 1);
    const names: DpkgNames = folders.get(folder) ?? new Map();
    folders.set(folder, names);
    const root = above(owners, folder, 3);
    readRecord(text, {
      package: (found) => {
        const owner = addPackage(owners, 'dpkg', root, node, found);
        // A list without an architecture is of the first.
        if (!names.has(found.name)) names.set(found.name, owner);
        if (found.architecture) names.set(`${found.name}:${found.architecture}`, owner);
        if (!inFolder) return;
        names.set(nameOf(fs, node), owner);
        owners.own(node, owner);
      },
    });
  }
  for (const { kind, node, text } of records) {
    if (kind !== RecordKind.DpkgFiles) continue;
    const folder = above(owners, node, 2);
    const owner = folders.get(folder)?.get(nameOf(fs, node).replace(/\.[^.]*$/, ''));
    if (owner === undefined) continue;
    const root = above(owners, folder, 3);
    readRecord(
      text,
      filesOf(() => owner, root, root, owners, lookup),
    );
  }
  for (const [folder, names] of folders) ownInfo(folder, names, owners, lookup);
}

/** What dpkg keeps of a package besides: its list, sums, scripts. */
function ownInfo(folder: number, names: DpkgNames, owners: Owners, lookup: PathLookup): void {
  const { fs } = owners;
  for (const below of ['info', 'status.d']) {
    const directory = lookup.directory(Buffer.from(below), 0, below.length, folder);
    if (directory < 0) continue;
    for (let child = fs.firstChild[directory]!; child >= 0; child = fs.nextSibling[child]!) {
      const owner = names.get(nameOf(fs, child).replace(/\.[^.]*$/, ''));
      if (owner !== undefined) owners.own(child, owner);
    }
  }
}
