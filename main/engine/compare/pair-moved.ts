import { EntryKind } from '../archive/layer-index.ts';
import { ContentTable } from '../filesystem/content-table.ts';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { comparePaths, nameBytes } from '../filesystem/path-tree.ts';

/**
 * Pairs files that only the left has with files of equal content that only the right has: those of the same last
 * name first, then the rest, each in byte order of paths and each used once. Empty files prove nothing and stay.
 */
export function pairMoved(
  left: Filesystem,
  onlyLeft: readonly number[],
  right: Filesystem,
  onlyRight: readonly number[],
): ReadonlyMap<number, number> {
  const table = new ContentTable(left);
  const sources: number[][] = [];
  for (const node of onlyLeft) {
    if (!hasContent(left, node)) continue;
    const content = table.add(left.nodeInode[node]!);
    if (content === sources.length) sources.push([node]);
    else sources[content]!.push(node);
  }
  const targets = new Map<number, number[]>();
  for (const node of onlyRight) {
    const content = hasContent(right, node) ? table.find(right, right.nodeInode[node]!) : -1;
    if (content < 0) continue;
    const known = targets.get(content);
    if (known) known.push(node);
    else targets.set(content, [node]);
  }

  const pairs = new Map<number, number>();
  for (const [content, to] of targets) {
    const from = sources[content]!;
    from.sort((a, b) => comparePaths(left.tree, a, left.tree, b));
    to.sort((a, b) => comparePaths(right.tree, a, right.tree, b));
    pairByName(left, from, right, to, pairs);
    pairInOrder(from, to, pairs);
  }
  return pairs;
}

function hasContent(fs: Filesystem, node: number): boolean {
  return fs.nodeKind[node] === EntryKind.File && fs.inodes.size[fs.nodeInode[node]!]! > 0;
}

function pairByName(
  left: Filesystem,
  from: readonly number[],
  right: Filesystem,
  to: readonly number[],
  pairs: Map<number, number>,
): void {
  const byName = new Map<string, number[]>();
  for (const node of to.toReversed()) {
    const name = exactName(right, node);
    const known = byName.get(name);
    if (known) known.push(node);
    else byName.set(name, [node]);
  }
  for (const node of from) {
    const target = byName.get(exactName(left, node))?.pop();
    if (target !== undefined) pairs.set(node, target);
  }
}

function pairInOrder(from: readonly number[], to: readonly number[], pairs: Map<number, number>): void {
  const taken = new Set(from.map((node) => pairs.get(node)));
  const free = to.filter((node) => !taken.has(node));
  let next = 0;
  for (const node of from) {
    if (pairs.has(node)) continue;
    const target = free[next++];
    if (target === undefined) return;
    pairs.set(node, target);
  }
}

/** One character a byte: equal only where the bytes are. */
function exactName(fs: Filesystem, node: number): string {
  return Buffer.from(nameBytes(fs.tree, node)).toString('latin1');
}
