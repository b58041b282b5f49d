export const pageSize = 200;

/** What a row of any tree has: its path names it. */
export interface TreeNode {
  readonly path: string;
}

interface Directory<R> {
  readonly total: number;
  /** By page number; a page that is not here has not come yet. */
  readonly pages: ReadonlyMap<number, readonly R[]>;
  /** Children that are expanded: position → path. */
  readonly expanded: ReadonlyMap<number, string>;
}

/** A lazily loaded tree: of directories with 300,000 children only the pages that were seen are here. */
export interface Tree<R extends TreeNode = TreeNode> {
  readonly root: string;
  readonly directories: ReadonlyMap<string, Directory<R>>;
}

/** Where a row is: in which directory, at which position of it. */
export interface RowPlace {
  readonly parent: string;
  readonly position: number;
  readonly depth: number;
  readonly setSize: number;
}

export interface VisibleRow<R extends TreeNode = TreeNode> extends RowPlace {
  /** Undefined while its page is on the way. */
  readonly row: R | undefined;
  readonly expanded: boolean;
}

export function emptyTree<R extends TreeNode>(root: string): Tree<R> {
  return { root, directories: new Map() };
}

/** Rows that are visible now, those of expanded directories included; a directory that has not come yet is one row. */
export function rowCount(tree: Tree, path = tree.root): number {
  const directory = tree.directories.get(path);
  if (!directory) return 1;
  let count = directory.total;
  for (const child of directory.expanded.values()) count += rowCount(tree, child);
  return count;
}

/** The visible row at an index. */
export function rowAt<R extends TreeNode>(
  tree: Tree<R>,
  index: number,
  path = tree.root,
  depth = 0,
): VisibleRow<R> | undefined {
  const directory = tree.directories.get(path);
  if (!directory) {
    return index === 0
      ? { parent: path, position: 0, depth, setSize: 1, row: undefined, expanded: false }
      : undefined;
  }
  let above = 0;
  for (const [position, child] of expandedInOrder(directory)) {
    if (index <= position + above) break;
    const inside = rowCount(tree, child);
    const into = index - (position + above) - 1;
    if (into < inside) return rowAt(tree, into, child, depth + 1);
    above += inside;
  }
  const position = index - above;
  if (position >= directory.total) return undefined;
  return {
    parent: path,
    position,
    depth,
    setSize: directory.total,
    row: directory.pages.get(Math.floor(position / pageSize))?.[position % pageSize],
    expanded: directory.expanded.has(position),
  };
}

/** The index at which a child of a visible directory is; −1 when the directory is not visible. */
export function indexOfRow(tree: Tree, parent: string, position: number): number {
  const before = parent === tree.root ? -1 : indexOfDirectory(tree, parent);
  if (before === undefined) return -1;
  let index = before + 1 + position;
  for (const [at, child] of expandedInOrder(tree.directories.get(parent))) {
    if (at < position) index += rowCount(tree, child);
  }
  return index;
}

/** The index of an expanded directory's own row. */
export function indexOfDirectory(tree: Tree, path: string): number | undefined {
  for (const [parent, directory] of tree.directories) {
    for (const [position, child] of directory.expanded) {
      if (child !== path) continue;
      const index = indexOfRow(tree, parent, position);
      return index < 0 ? undefined : index;
    }
  }
  return undefined;
}

export function withPage<R extends TreeNode>(
  tree: Tree<R>,
  path: string,
  page: number,
  answer: { readonly total: number; readonly rows: readonly R[] },
): Tree<R> {
  const before = tree.directories.get(path);
  const pages = new Map(before?.pages).set(page, answer.rows);
  return withDirectory(tree, path, {
    total: answer.total,
    pages,
    expanded: before?.expanded ?? new Map(),
  });
}

export function withExpanded<R extends TreeNode>(
  tree: Tree<R>,
  parent: string,
  position: number,
  path: string,
): Tree<R> {
  const directory = tree.directories.get(parent);
  if (!directory) return tree;
  return withDirectory(tree, parent, {
    ...directory,
    expanded: new Map(directory.expanded).set(position, path),
  });
}

export function withCollapsed<R extends TreeNode>(tree: Tree<R>, parent: string, position: number): Tree<R> {
  const directory = tree.directories.get(parent);
  if (!directory) return tree;
  const expanded = new Map(directory.expanded);
  expanded.delete(position);
  return withDirectory(tree, parent, { ...directory, expanded });
}

/** The position of a path among the children that have come. */
export function positionOf(tree: Tree, parent: string, path: string): number | undefined {
  for (const [page, rows] of tree.directories.get(parent)?.pages ?? []) {
    const at = rows.findIndex((row) => row.path === path);
    if (at >= 0) return page * pageSize + at;
  }
  return undefined;
}

function withDirectory<R extends TreeNode>(tree: Tree<R>, path: string, directory: Directory<R>): Tree<R> {
  return { ...tree, directories: new Map(tree.directories).set(path, directory) };
}

function expandedInOrder(directory: Directory<TreeNode> | undefined): readonly (readonly [number, string])[] {
  return [...(directory?.expanded ?? [])].sort(([a], [b]) => a - b);
}
