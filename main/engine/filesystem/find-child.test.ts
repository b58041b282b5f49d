import { describe, expect, it } from 'vitest';
import { EntryKind } from '../archive/layer-index.ts';
import { findChild, tableOf } from './find-child.ts';
import { file } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';
import { treeOf } from './testing/tree-of.ts';

const name = (text: string) => Buffer.from(text);

describe.each(['a table', 'a look at all'])('finding by %s', (how) => {
  const finder = (tree: ReturnType<typeof treeOf>['tree']) => {
    const table = tableOf(tree);
    return (parent: number, bytes: Uint8Array, start = 0, end = bytes.length) =>
      how === 'a table'
        ? table.find(parent, bytes, start, end) || -1
        : findChild(tree, parent, bytes, start, end);
  };

  it('takes parent and name, and only that', () => {
    const { tree, nodes } = treeOf('/a', '/a/b', '/ab');
    const find = finder(tree);
    expect(find(nodes[0]!, name('b'))).toBe(nodes[1]);
    expect(find(0, name('b'))).toBe(-1);
    expect(find(nodes[1]!, name('b'))).toBe(-1);
    expect(find(0, name('xab'), 1, 3)).toBe(nodes[2]);
    expect(find(0, name('abc'), 0, 2)).toBe(nodes[2]);
    expect(find(0, name(''))).toBe(-1);
  });

  it('finds everything of many', () => {
    const { tree } = merged(Array.from({ length: 3000 }, (_, i) => file(`/n${i}`)));
    const find = finder(tree);
    const found = Array.from({ length: 3000 }, (_, i) => find(0, name(`n${i}`)));
    expect(found).toEqual(Array.from({ length: 3000 }, (_, i) => i + 1));
    expect(find(0, name('n3000'))).toBe(-1);
  });
});

describe('merged paths', () => {
  it('are there once each, however many layers name them, live or not', () => {
    const fs = merged(
      [file('/d/x'), file('/d/y'), file('/e/x')],
      [{ kind: EntryKind.Whiteout, path: '/d' }, file('/e/x')],
      [file('/d/y'), file('/d/x/below'), file('/f')],
      [{ kind: EntryKind.Whiteout, path: '/d/x' }, file('/d/y')],
    );
    expect(fs.tree.count).toBe('/ /d /d/x /d/y /e /e/x /d/x/below /f'.split(' ').length);
    const d = findChild(fs.tree, 0, name('d'));
    const children: number[] = [];
    for (let child = fs.firstChild[d]!; child >= 0; child = fs.nextSibling[child]!) children.push(child);
    expect(children).toEqual([findChild(fs.tree, d, name('y'))]);
  });
});
