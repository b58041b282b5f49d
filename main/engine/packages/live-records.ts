import type { RecordKind } from '../archive/records/record-kind.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import type { PathTree } from '../filesystem/path-tree.ts';

/** What a file of the image says about packages. */
export interface LiveRecord {
  /** The file. */
  readonly node: number;
  readonly kind: RecordKind;
  /** Lines as RecordTag has them. */
  readonly text: Buffer;
}

/** The records of an image, whichever layers they are in: those of the files that are live, under each of their names. */
export function liveRecords(fs: Filesystem): LiveRecord[] {
  if (fs.layers.every((layer) => !layer || layer.recordEntry.length === 0)) return [];
  const recordOf = recordsOfInodes(fs);
  const has = new Uint8Array(fs.inodes.count);
  for (const inode of recordOf.keys()) has[inode] = 1;
  const records: LiveRecord[] = [];
  for (let node = 0; node < fs.tree.count; node++) {
    const inode = fs.nodeInode[node]!;
    if (inode >= 0 && has[inode] === 1 && hasPath(fs.tree, node))
      records.push({ node, ...recordOf.get(inode)! });
  }
  return records;
}

/** Bytes of a path: Linux opens no longer one, and a hostile image could have many that are a hundred times as long. */
const longestPath = 4096;

/** Whether the path is one that can be opened. */
function hasPath({ parent, layers, nameLayer, nameNode }: PathTree, node: number): boolean {
  let length = 0;
  for (let at = node; at !== 0 && length <= longestPath; at = parent[at]!) {
    const { nodeName } = layers[nameLayer[at]!]!;
    length += 1 + nodeName[nameNode[at]! + 1]! - nodeName[nameNode[at]!]!;
  }
  return length <= longestPath;
}

function recordsOfInodes({ layers, inodes }: Filesystem): Map<number, Omit<LiveRecord, 'node'>> {
  const found = new Map<number, Omit<LiveRecord, 'node'>>();
  // A layer's records are in the order of its entries, and few beside them.
  const numbers = layers.map(
    (layer) => new Map(Array.from(layer?.recordEntry ?? [], (entry, record) => [entry, record])),
  );
  const isRecord = layers.map((layer, index) => {
    const flags = new Uint8Array(layer && numbers[index]!.size > 0 ? layer.entryCount : 0);
    for (const entry of numbers[index]!.keys()) flags[entry] = 1;
    return flags;
  });
  for (let inode = 0; inode < inodes.count; inode++) {
    const at = inodes.layer[inode]!;
    const entry = inodes.entry[inode]!;
    if (isRecord[at]![entry] !== 1 || inodes.links[inode] === 0) continue;
    const { recordKind, recordOffset, records } = layers[at]!;
    const record = numbers[at]!.get(entry)!;
    const text = records.subarray(recordOffset[record]!, recordOffset[record + 1]!);
    found.set(inode, {
      kind: recordKind[record] as RecordKind,
      text: Buffer.from(text.buffer, text.byteOffset, text.length),
    });
  }
  return found;
}
