import { RecordKind } from '../archive/records/record-kind.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { nameOf, pathOf } from '../filesystem/path-text.ts';
import { hasPath, type LiveRecord } from './live-records.ts';
import type { Owners } from './owners.ts';
import { recordedPackage } from './read-record.ts';

/** Programs that Go built and Java's archives: each file is a package, where it is not of one already. */
export function addFilePackages(records: readonly LiveRecord[], owners: Owners): void {
  for (const { kind, node, text } of records) {
    if (kind !== RecordKind.Go || owners.isOwned(node)) continue;
    const found = recordedPackage(text);
    const { path } = pathOf(owners.fs, node);
    if (found) owners.own(node, owners.add({ ...found, ecosystem: 'go', key: path, path }));
  }
  const manifests = new Map(
    records
      .filter(({ kind }) => kind === RecordKind.Java)
      .map(({ node, text }) => [node, recordedPackage(text)]),
  );
  for (const node of javaArchives(owners.fs)) {
    if (owners.isOwned(node)) continue;
    const said = manifests.get(node);
    const { path } = pathOf(owners.fs, node);
    const [, name, version] = /^(.*?)(?:-(\d.*))?\.[^.]*$/s.exec(nameOf(owners.fs, node))!;
    owners.own(
      node,
      owners.add({
        ecosystem: 'java',
        key: path,
        name: said?.name || name!,
        version: version ?? said?.version,
        path,
      }),
    );
  }
}

const endings = ['.jar', '.war', '.ear'].map((ending) => Buffer.from(ending));

/** Files named `NAME.jar` and its like. */
function* javaArchives({ tree, nodeInode }: Filesystem): Generator<number> {
  const { layers, nameLayer, nameNode } = tree;
  for (let node = 1; node < tree.count; node++) {
    if (nodeInode[node]! < 0) continue;
    const { nodeName, names } = layers[nameLayer[node]!]!;
    const end = nodeName[nameNode[node]! + 1]!;
    // All end in the same two letters.
    if (names[end - 1] !== 0x72 || names[end - 2] !== 0x61 || end - nodeName[nameNode[node]!]! < 5) continue;
    if (
      endings.some((ending) => ending[0] === names[end - 4] && ending[1] === names[end - 3]) &&
      hasPath(tree, node)
    )
      yield node;
  }
}
