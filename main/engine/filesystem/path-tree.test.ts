import { describe, expect, it } from 'vitest';
import { compareNames, comparePaths, nameBytes, pathBytes } from './path-tree.ts';
import { treeOf } from './testing/tree-of.ts';

describe('a tree of paths', () => {
  it('gives names and paths back byte by byte', () => {
    const { tree, nodes } = treeOf('/\xff\n/\xc3\xbc');
    expect(Buffer.from(pathBytes(tree, nodes[0]!))).toEqual(
      Buffer.from([0x2f, 0xff, 0x0a, 0x2f, 0xc3, 0xbc]),
    );
    expect(Buffer.from(nameBytes(tree, nodes[0]!))).toEqual(Buffer.from([0xc3, 0xbc]));
    expect(Buffer.from(pathBytes(tree, 0)).toString()).toBe('/');
    expect(nameBytes(tree, 0)).toHaveLength(0);
  });
});

describe('order', () => {
  it('is by the bytes of whole paths, also over two trees', () => {
    const paths = ['/a', '/a b', '/a-b', '/a/b', '/a/b/c', '/ab', '/b', '/\xc3\xbc'];
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
