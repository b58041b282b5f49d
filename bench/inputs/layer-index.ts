import { unsignedColumn } from '../../main/engine/archive/columns.ts';
import { EntryKind, type LayerIndex } from '../../main/engine/archive/layer-index.ts';
import { LayerTree } from '../../main/engine/archive/layer-tree.ts';
import { RecordCapture } from '../../main/engine/archive/records/capture-records.ts';
import { padded } from './layer.ts';

/** A file of a layer that is never a tar. */
export interface IndexedFile {
  readonly path: string;
  /** Which content it has: the same number is the same content. */
  readonly content: number;
  readonly uid?: number;
  /** The content itself, where somebody reads it: what a package manager wrote. */
  readonly text?: string;
}

/** The index that such a layer's tar would have; directories come before what is in them. */
export function layerIndex(name: string, files: readonly IndexedFile[]): LayerIndex {
  const tree = new LayerTree({ name, invalid: 'layer-invalid', truncated: 'layer-invalid' });
  const records = new RecordCapture(() => {});
  const nodeOf = new Map<string, number>([['', 0]]);
  const nodes: number[] = [];
  const isDirectory: boolean[] = [];
  const add = (path: string): number => {
    const slash = path.lastIndexOf('/');
    const above = path.slice(0, slash);
    let parent = nodeOf.get(above);
    if (parent === undefined) {
      parent = add(above);
      nodeOf.set(above, parent);
      nodes.push(parent);
      isDirectory.push(true);
    }
    const bytes = Buffer.from(path.slice(slash + 1));
    return tree.child(parent, bytes, 0, bytes.length);
  };
  const fileOf: IndexedFile[] = [];
  for (const file of files) {
    const node = add(file.path);
    fileOf[nodes.length] = file;
    nodes.push(node);
    isDirectory.push(false);
  }

  const count = nodes.length;
  const entryKind = new Uint8Array(count);
  const entrySize = new Uint32Array(count);
  const entryUid = new Uint16Array(count);
  const entryHash = new Uint32Array(count * 4);
  let tarBytes = 1024;
  for (let entry = 0; entry < count; entry++) {
    tarBytes += 512;
    if (isDirectory[entry]) {
      entryKind[entry] = EntryKind.Directory;
      continue;
    }
    const { path, content, uid = 0, text } = fileOf[entry]!;
    entryUid[entry] = uid;
    entrySize[entry] = text === undefined ? sizeOf(content) : text.length;
    for (let word = 0; word < 4; word++) entryHash[entry * 4 + word] = mixed(content * 4 + word);
    tarBytes += padded(entrySize[entry]!);
    if (text !== undefined) capture(records, entry, path, text);
  }
  return {
    diffId: `sha256:${Buffer.from(name).toString('hex').padStart(64, '0')}`,
    tarBytes,
    warnings: [],
    ...tree.finish(),
    entryCount: count,
    entryNode: Uint32Array.from(nodes),
    entryKind,
    entryMode: Uint16Array.from(isDirectory, (is) => (is ? 0o755 : 0o644)),
    entryUid,
    entryGid: new Uint8Array(count),
    entrySize,
    entryMtime: new Uint8Array(count),
    entryHash,
    entryTarget: new Int8Array(count).fill(-1),
    entryXattrs: new Int8Array(count).fill(-1),
    stringOffset: unsignedColumn(0, 1),
    strings: new Uint8Array(0),
    ...records.finish(),
  };
}

function capture(records: RecordCapture, entry: number, path: string, text: string): void {
  const name = Buffer.from(path.slice(1));
  const bytes = Buffer.from(text);
  records.begin(entry, 0o644, bytes.length, name, 0, name.length);
  if (records.active) records.data(bytes, 0, bytes.length);
}

/** A number that looks random and is the same for the same one (murmur3's last step). */
function mixed(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Mostly small, few of megabytes. */
function sizeOf(content: number): number {
  return Math.floor(400 * Math.exp((mixed(content ^ 0x5bd1e995) / 2 ** 32) ** 6 * 10));
}
