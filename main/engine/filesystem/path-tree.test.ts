import { describe, expect, it } from 'vitest';
import { compareNames, comparePaths, PathTree } from './path-tree.ts';

function treeOf(...paths: string[]): { tree: PathTree; nodes: number[] } {
  const tree = new PathTree(10_000, 100_000);
  const nodes = paths.map((path) => {
    let node = 0;
    for (const name of path.split('/').slice(1)) node = tree.add(node, Buffer.from(name));
    return node;
  });
  return { tree, nodes };
}

describe('a tree of paths', () => {
  it('has each path once, parents before children', () => {
    const { tree, nodes } = treeOf('/a/b', '/a', '/b', '/a/b');
    expect(nodes).toEqual([2, 1, 3, 2]);
    expect(tree.count).toBe(4);
    expect([...tree.parent.subarray(0, 4)]).toEqual([0, 0, 1, 0]);
  });

  it('finds a child by parent and name, and only that', () => {
    const { tree, nodes } = treeOf('/a/b', '/ab');
    expect(tree.find(nodes[0]! - 1, Buffer.from('b'))).toBe(nodes[0]);
    expect(tree.find(0, Buffer.from('b'))).toBe(-1);
    expect(tree.find(0, Buffer.from('xab'), 1, 3)).toBe(nodes[1]);
    expect(tree.find(0, Buffer.from('abc'), 0, 2)).toBe(nodes[1]);
  });

  it('finds everything again when the table has grown', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `/n${i}`);
    const { tree, nodes } = treeOf(...names);
    expect(names.map((name) => tree.find(0, Buffer.from(name.slice(1))))).toEqual(nodes);
    expect(tree.count).toBe(5001);
  });

  it('gives paths back byte by byte', () => {
    const tree = new PathTree(10, 100);
    const child = tree.add(tree.add(0, Uint8Array.of(0xff, 0x0a)), Buffer.from('ü'));
    expect(Buffer.from(tree.pathOf(child))).toEqual(Buffer.from([0x2f, 0xff, 0x0a, 0x2f, 0xc3, 0xbc]));
    expect(Buffer.from(tree.pathOf(0)).toString()).toBe('/');
  });
});

describe('order', () => {
  it('is by the bytes of whole paths, also over two trees', () => {
    const paths = ['/a', '/a b', '/a-b', '/a/b', '/a/b/c', '/ab', '/b', '/ü'];
    const one = treeOf(...paths);
    const other = treeOf(...paths.toReversed());
    for (const [i] of paths.entries()) {
      for (const [j] of paths.entries()) {
        const node = other.nodes[paths.length - 1 - j]!;
        expect(Math.sign(comparePaths(one.tree, one.nodes[i]!, other.tree, node))).toBe(Math.sign(i - j));
      }
    }
    expect(comparePaths(one.tree, 0, one.tree, one.nodes[0]!)).toBeLessThan(0);
  });

  it('takes paths of any length', () => {
    const long = `/${'x'.repeat(9000)}`;
    const { tree, nodes } = treeOf(`${long}/a`, `${long}/b`);
    expect(comparePaths(tree, nodes[0]!, tree, nodes[1]!)).toBeLessThan(0);
  });

  it('of names does not look at what is below', () => {
    const { tree, nodes } = treeOf('/a/z', '/a-', '/a');
    expect(compareNames(tree, nodes[2]!, nodes[1]!)).toBeLessThan(0);
    expect(compareNames(tree, nodes[0]!, nodes[1]!)).toBeGreaterThan(0);
  });
});
