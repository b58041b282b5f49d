import type { TreemapTile } from '../../shared/model/files.ts';

/** A node as the layout hands it out: the datum with its rectangle. */
export interface LaidNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly children: readonly LaidNode[] | null;
  readonly tile?: unknown;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A tile with its place, in CSS pixels. Boxes are in pre-order: parents come before their children. */
export interface Box extends Rect {
  readonly index: number;
  readonly tile: TreemapTile;
  /** 1 for the children of the directory shown. */
  readonly depth: number;
  /** Index of the parent's box; −1 for the directory shown. */
  readonly parent: number;
  readonly children: readonly number[];
}

export interface TreemapDatum {
  readonly name: string;
  readonly bytes: number;
  readonly tile: TreemapTile;
  readonly children?: readonly TreemapDatum[];
  readonly [key: string]: unknown;
}

/** What the layout needs of the tiles below a directory. Tiles without bytes have no area and are left out. */
export function treemapData(root: TreemapTile): TreemapDatum[] {
  return (root.children ?? [root]).filter((tile) => tile.bytes > 0).map(datum);
}

function datum(tile: TreemapTile): TreemapDatum {
  const children = tile.children?.filter((child) => child.bytes > 0).map(datum);
  // The layout uses names for React keys only: paths may be long and hostile, and repeat.
  return { name: '', bytes: tile.bytes, tile, ...(children?.length ? { children } : {}) };
}

/** Flattens a layout made in a space `scale` times as large as the frame. */
export function boxesOf(nodes: readonly LaidNode[], scale: number): readonly Box[] {
  const boxes: (Box & { children: number[] })[] = [];
  const visit = (node: LaidNode, depth: number, parent: number) => {
    const index = boxes.length;
    boxes.push({
      index,
      tile: node.tile as TreemapTile,
      depth,
      parent,
      children: [],
      x: node.x / scale,
      y: node.y / scale,
      width: node.width / scale,
      height: node.height / scale,
    });
    if (parent >= 0) boxes[parent]!.children.push(index);
    for (const child of node.children ?? []) visit(child, depth + 1, index);
  };
  for (const node of nodes) visit(node, 1, -1);
  return boxes;
}

/** The smallest tile at a point. */
export function boxAt(boxes: readonly Box[], x: number, y: number): Box | undefined {
  // Pre-order: the last that holds the point is the deepest.
  return boxes.findLast((box) => contains(box, x, y));
}

export function contains(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

export function intersects(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Whether `path` lies below the directory `directory`. */
export function isBelow(path: string, directory: string): boolean {
  return directory === '/' ? path !== '/' && path.startsWith('/') : path.startsWith(`${directory}/`);
}

export interface FoundBox {
  readonly box: Box;
  /** Whether the box is the path itself, and not the smallest tile around it. */
  readonly exact: boolean;
}

/** The tile of a path, or the smallest one that has it inside. */
export function boxOfPath(boxes: readonly Box[], path: string): FoundBox | undefined {
  let siblings = boxes.filter((box) => box.parent === -1);
  let around: Box | undefined;
  for (;;) {
    const next = siblings.find(
      ({ tile }) => tile.kind !== 'more' && (isAt(tile, path) || isBelow(path, tile.path)),
    );
    if (!next) {
      // Whatever of a directory has no tile of its own is in its `more` tile.
      const box = siblings.find(({ tile }) => tile.kind === 'more' && isBelow(path, tile.path)) ?? around;
      return box && { box, exact: false };
    }
    if (isAt(next.tile, path)) return { box: next, exact: true };
    if (next.children.length === 0) return { box: next, exact: false };
    around = next;
    siblings = next.children.map((index) => boxes[index]!);
  }
}

/** Directories with one child are drawn as one with it: `/var/lib/apt` is at the tile `apt/lists` too. */
function isAt(tile: TreemapTile, path: string): boolean {
  if (tile.path === path) return true;
  if (!isBelow(tile.path, path)) return false;
  const tail = tile.path.slice(path === '/' ? 0 : path.length);
  return tile.name.endsWith(tail);
}
