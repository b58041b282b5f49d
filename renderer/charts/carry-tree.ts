import { positionOf, type Tree, type TreeNode, withExpanded, withPage } from './tree-rows.ts';

/** Pages of one directory that are fetched again at once; what was seen beyond them comes when it is scrolled to. */
const carriedPages = 8;

/**
 * The tree with the same directories open and the same pages there, of data that took the place of what it shows: an
 * image that was built again. A directory that is gone, or no longer among those pages, is closed.
 */
export async function carryTree<R extends TreeNode>(
  before: Tree<R>,
  fetch: (
    directory: string,
    page: number,
  ) => Promise<{ readonly total: number; readonly rows: readonly R[] }>,
): Promise<Tree<R>> {
  let tree: Tree<R> = { root: before.root, directories: new Map() };
  const carry = async (directory: string): Promise<void> => {
    const known = before.directories.get(directory);
    const seen = [...(known?.pages.keys() ?? [0])].sort((a, b) => a - b).slice(0, carriedPages);
    const pages = await Promise.all(seen.map(async (page) => [page, await fetch(directory, page)] as const));
    for (const [page, answer] of pages) tree = withPage(tree, directory, page, answer);
    for (const child of known?.expanded.values() ?? []) {
      const position = positionOf(tree, directory, child);
      if (position === undefined) continue;
      tree = withExpanded(tree, directory, position, child);
      await carry(child);
    }
  };
  await carry(before.root);
  return tree;
}
