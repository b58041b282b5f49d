import { RecordKind } from '../archive/records/record-kind.ts';
import { nameOf, pathOf } from '../filesystem/path-text.ts';
import type { LiveRecord } from './live-records.ts';
import type { Owners } from './owners.ts';
import type { PathLookup } from './path-lookup.ts';
import { readRecord, recordedPackage } from './read-record.ts';

/** The packages of npm, Composer and RubyGems: each has a folder, and what is in a folder below that has another. */
export function addFolderPackages(records: readonly LiveRecord[], owners: Owners, lookup: PathLookup): void {
  const development = developmentFolders(records, owners, lookup);
  for (const record of records) {
    // What a package of the system, or of Python, brought is a part of that.
    if (owners.isOwned(record.node)) continue;
    if (record.kind === RecordKind.Npm) addNpm(record, development, owners);
    else if (record.kind === RecordKind.Composer) addComposer(record, owners, lookup);
    else if (record.kind === RecordKind.Gem) addGem(record, owners, lookup);
  }
}

/** Folders that a lock says are there for development only: npm's own of what it installed, else the project's. */
function developmentFolders(
  records: readonly LiveRecord[],
  { fs }: Owners,
  lookup: PathLookup,
): ReadonlySet<number> {
  const { parent } = fs.tree;
  const lockOf = new Map<number, LiveRecord>();
  for (const record of records) {
    if (record.kind !== RecordKind.NpmLock) continue;
    const isOwn = nameOf(fs, record.node).startsWith('.');
    const folder = parent[record.node]!;
    const project = isOwn ? parent[folder]! : folder;
    if (isOwn || !lockOf.has(project)) lockOf.set(project, record);
  }
  const folders = new Set<number>();
  for (const { node, text } of lockOf.values()) {
    readRecord(text, {
      tree: (path, start, end) => folders.add(lookup.directory(path, start, end, parent[node]!)),
    });
  }
  return folders;
}

function addNpm({ node, text }: LiveRecord, development: ReadonlySet<number>, owners: Owners): void {
  const { fs } = owners;
  const found = recordedPackage(text);
  const folder = fs.tree.parent[node]!;
  const { path } = pathOf(fs, folder);
  const owner = owners.add({
    ecosystem: 'npm',
    key: path,
    name: found?.name || path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: found?.version,
    development: development.has(folder),
    path,
  });
  owners.ownTree(folder, owner);
}

function addComposer({ node, text }: LiveRecord, owners: Owners, lookup: PathLookup): void {
  const { fs } = owners;
  const from = fs.tree.parent[node]!;
  const own = new Set<number>();
  for (let at = from; at !== 0; at = fs.tree.parent[at]!) own.add(at);
  let last: Parameters<Owners['add']>[0] | undefined;
  const addLast = (folder: number) => {
    if (last)
      owners.ownTree(folder, owners.add(folder < 0 ? last : { ...last, path: pathOf(fs, folder).path }));
    last = undefined;
  };
  const vendor = pathOf(fs, fs.tree.parent[from]!).path;
  readRecord(text, {
    package: (found) => {
      addLast(-1);
      last = { ...found, ecosystem: 'composer', key: `${vendor}/${found.name}`, path: pathOf(fs, node).path };
    },
    tree: (path, start, end) => {
      const folder = lookup.directory(path, start, end, from);
      // A folder that this file is in is the project's.
      addLast(folder === 0 || own.has(folder) ? -1 : folder);
    },
  });
  addLast(-1);
}

/** Platforms and versions of Ruby that extensions were compiled for. A hostile image could have many, of many gems. */
const mostExtensionFolders = 16;

function addGem({ node, text }: LiveRecord, owners: Owners, lookup: PathLookup): void {
  const { fs } = owners;
  const { parent } = fs.tree;
  const found = recordedPackage(text)!;
  const specifications = nameOf(fs, parent[node]!) === 'default' ? parent[parent[node]!]! : parent[node]!;
  const home = parent[specifications]!;
  const full = nameOf(fs, node).slice(0, -'.gemspec'.length);
  const folder = (path: string, from = home) =>
    lookup.directory(Buffer.from(path), 0, Buffer.byteLength(path), from);
  const gem = folder(`gems/${full}`);
  const place = pathOf(fs, home).path;
  const owner = owners.add({
    ...found,
    ecosystem: 'gem',
    key: `${place === '/' ? '' : place}/${found.name}`,
    path: pathOf(fs, gem < 0 ? node : gem).path,
  });
  owners.own(node, owner);
  owners.ownTree(gem, owner);
  owners.ownTree(folder(`doc/${full}`), owner);
  for (const extensions of childrenOf(owners, childrenOf(owners, [folder('extensions')]))) {
    owners.ownTree(folder(full, extensions), owner);
  }
  const archive = Buffer.from(`${full}.gem`);
  const cache = folder('cache');
  if (cache >= 0) owners.own(lookup.file(cache, archive, 0, archive.length), owner);
}

/** Directories in directories, the first few. */
function childrenOf({ fs }: Owners, directories: readonly number[]): number[] {
  const children: number[] = [];
  for (const directory of directories) {
    let child = directory < 0 ? -1 : fs.firstChild[directory]!;
    for (; child >= 0 && children.length < mostExtensionFolders; child = fs.nextSibling[child]!) {
      if (fs.nodeInode[child]! < 0) children.push(child);
    }
  }
  return children;
}
