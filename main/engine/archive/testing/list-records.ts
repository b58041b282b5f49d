import type { LayerIndex } from '../layer-index.ts';
import { RecordKind } from '../records/record-kind.ts';
import { nodePath } from './list-layer.ts';

const kindNames = Object.entries(RecordKind);

/** What the files of a layer say about packages, by path: the kind of record, then its lines with blanks for tabs. */
export function listRecords(index: LayerIndex): Record<string, string[]> {
  const { recordEntry, recordKind, recordOffset, records } = index;
  return Object.fromEntries(
    Array.from(recordEntry, (entry, record) => {
      const text = Buffer.from(records.subarray(recordOffset[record]!, recordOffset[record + 1]!)).toString();
      const kind = kindNames.find(([, value]) => value === recordKind[record])![0];
      const lines = text.slice(0, -1).split('\n');
      return [
        nodePath(index, index.entryNode[entry]!),
        [kind, ...lines.map((line) => line.replaceAll('\t', ' '))],
      ];
    }),
  );
}
