import { EntryKind } from '../archive/layer-index.ts';
import { RecordKind } from '../archive/records/record-kind.ts';
import { nameOf, pathOf } from '../filesystem/path-text.ts';
import { filesOf } from './files-of.ts';
import type { LiveRecord } from './live-records.ts';
import type { Owners } from './owners.ts';
import type { PathLookup } from './path-lookup.ts';
import { readRecord, recordedPackage } from './read-record.ts';

/** Which of several lists says most. */
const lists = ['RECORD', 'installed-files.txt', 'top_level.txt'];

/** What pip and its like installed: a folder of metadata, or one file, beside the modules. */
export function addPythonPackages(records: readonly LiveRecord[], owners: Owners, lookup: PathLookup): void {
  const { fs } = owners;
  const listOf = new Map<number, LiveRecord>();
  const rank = ({ node }: LiveRecord) => lists.indexOf(nameOf(fs, node));
  for (const record of records) {
    if (record.kind !== RecordKind.PythonFiles) continue;
    const folder = fs.tree.parent[record.node]!;
    const known = listOf.get(folder);
    if (!known || rank(record) < rank(known)) listOf.set(folder, record);
  }
  for (const { kind, node, text } of records) {
    // What a package of the system brought is a part of that.
    if (kind !== RecordKind.PythonMetadata || owners.isOwned(node)) continue;
    const found = recordedPackage(text);
    if (!found) continue;
    const isFile = nameOf(fs, node).endsWith('.egg-info');
    const folder = isFile ? node : fs.tree.parent[node]!;
    const place = pathOf(fs, fs.tree.parent[folder]!).path;
    const owner = owners.add({
      ...found,
      ecosystem: 'python',
      key: `${place === '/' ? '' : place}/${found.name}`,
      path: pathOf(fs, folder).path,
    });
    owners.own(node, owner);
    if (isFile) continue;
    owners.ownTree(folder, owner);
    const list = listOf.get(folder);
    if (list) addFiles(list.text, folder, owner, owners, lookup);
  }
}

function addFiles(text: Buffer, folder: number, owner: number, owners: Owners, lookup: PathLookup): void {
  readRecord(text, {
    ...filesOf(() => owner, folder, 0, owners, lookup),
    tree: (path, start, end) => owners.ownTree(lookup.directory(path, start, end, folder), owner),
  });
}

const cache = '__pycache__';
const cacheBytes = Buffer.from(cache);

/**
 * What Python compiled when it first ran, or a package's scripts had it compile, is on no list: `__pycache__/a.cpython-311.pyc`
 * belongs to whom `a.py` beside the folder belongs.
 */
export function ownCompiled(owners: Owners, lookup: PathLookup): void {
  const { fs } = owners;
  const { parent } = fs.tree;
  for (const directory of fs.directories) {
    if (!isCache(owners, directory)) continue;
    for (let child = fs.firstChild[directory]!; child >= 0; child = fs.nextSibling[child]!) {
      if (fs.nodeKind[child] !== EntryKind.File || owners.isOwned(child)) continue;
      const module = /^([^.]+)\..*\.pyc$/.exec(nameOf(fs, child))?.[1];
      if (module === undefined) continue;
      const source = Buffer.from(`${module}.py`);
      const found = lookup.file(parent[directory]!, source, 0, source.length);
      if (found >= 0 && owners.isOwned(found)) owners.own(child, owners.ofNode[found]!);
    }
  }
}

function isCache({ fs }: Owners, directory: number): boolean {
  if (directory === 0) return false;
  const { layers, nameLayer, nameNode } = fs.tree;
  const { nodeName, names } = layers[nameLayer[directory]!]!;
  const start = nodeName[nameNode[directory]!]!;
  if (nodeName[nameNode[directory]! + 1]! - start !== cacheBytes.length) return false;
  return cacheBytes.every((byte, at) => names[start + at] === byte);
}
