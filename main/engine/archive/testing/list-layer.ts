import { EntryKind, type LayerIndex } from '../layer-index.ts';

export interface ListedEntry {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** Path of a hard link's target, target of a symlink, `major:minor`. */
  readonly target?: string;
  readonly xattrs?: string;
  readonly hash: string;
}

const kindNames = Object.entries(EntryKind);

/** The entries of an index as objects, in tar order: for tests to look at. */
export function listLayer(index: LayerIndex): ListedEntry[] {
  return Array.from({ length: index.entryCount }, (_, entry) => {
    const kind = index.entryKind[entry]!;
    const hash = Buffer.from(index.entryHash.slice(entry * 4, entry * 4 + 4).buffer).toString('hex');
    return {
      path: nodePath(index, index.entryNode[entry]!),
      kind: kindNames.find(([, value]) => value === kind)![0],
      size: index.entrySize[entry]!,
      mode: index.entryMode[entry]!.toString(8),
      uid: index.entryUid[entry]!,
      gid: index.entryGid[entry]!,
      mtime: index.entryMtime[entry]!,
      target: targetOf(index, entry),
      xattrs: stringOf(index, index.entryXattrs[entry]!),
      hash,
    };
  });
}

export function nodePath(index: LayerIndex, node: number): string {
  const names: string[] = [];
  for (let at = node; at !== 0; at = index.nodeParent[at]!) {
    names.unshift(Buffer.from(index.names.slice(index.nodeName[at], index.nodeName[at + 1])).toString());
  }
  return `/${names.join('/')}`;
}

function targetOf(index: LayerIndex, entry: number): string | undefined {
  const target = index.entryTarget[entry]!;
  return index.entryKind[entry] === EntryKind.HardLink ? nodePath(index, target) : stringOf(index, target);
}

function stringOf(index: LayerIndex, string: number): string | undefined {
  if (string < 0) return undefined;
  const bytes = index.strings.slice(index.stringOffset[string], index.stringOffset[string + 1]);
  return Buffer.from(bytes).toString();
}
