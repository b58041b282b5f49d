import { RecordKind } from '../archive/records/record-kind.ts';
import { pathOf } from '../filesystem/path-text.ts';
import type { LiveRecord } from './live-records.ts';
import type { Owners } from './owners.ts';
import { recordedPackage } from './read-record.ts';

/** Programs that Go built and Java's archives: each file is a package, where it is not of one already. */
export function addFilePackages(records: readonly LiveRecord[], owners: Owners): void {
  for (const { kind, node, text } of records) {
    if ((kind !== RecordKind.Go && kind !== RecordKind.Java) || owners.isOwned(node)) continue;
    const found = recordedPackage(text);
    if (!found) continue;
    const ecosystem = kind === RecordKind.Go ? 'go' : 'java';
    const { path } = pathOf(owners.fs, node);
    owners.own(node, owners.add({ ...found, ecosystem, key: path, path }));
  }
}
