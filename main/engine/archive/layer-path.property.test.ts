import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PathResolver } from './layer-path.ts';
import { LayerTree } from './layer-tree.ts';

const subject = { name: 'A layer', invalid: 'layer-invalid', truncated: 'layer-invalid' } as const;

// Few names, so that paths meet; in and out of order; with what makes a path's text differ from its names.
const name = fc.constantFrom('a', 'b', 'ab', 'a-', 'é', '.a', '.wh.a', '.wh.b', '.wh..wh..opq', '.');
const path = fc
  .tuple(
    fc.constantFrom('', './', '/', '//'),
    fc.array(name, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('/', '//', '/./'),
    fc.constantFrom('', '/', '/.'),
  )
  .map(([before, names, between, after]) => before + names.join(between) + after);

/** The path that a node of the finished tree has. */
function pathsOf(tree: LayerTree): string[] {
  const { nodeCount, nodeParent, nodeName, names } = tree.finish();
  const paths = [''];
  for (let node = 1; node < nodeCount; node++) {
    const own = Buffer.from(names.subarray(nodeName[node], nodeName[node + 1])).toString();
    paths.push(`${paths[nodeParent[node]!]}/${own}`);
  }
  return paths;
}

it('gives each path the node of its names, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(path, { maxLength: 60 }), (paths) => {
      const tree = new LayerTree(subject);
      const resolver = new PathResolver(tree, subject);
      const resolved: { node: number; expected: string }[] = [];
      for (const text of paths) {
        // Somewhere in a block, as in a tar.
        const bytes = Buffer.from(`xx${text}zz`);
        const role = resolver.parse(bytes, 2, bytes.length - 2);
        const names = text.split('/').filter((part) => part !== '' && part !== '.');
        const last = names.at(-1) ?? '';
        const above = names.slice(0, -1);
        if (above.some((part) => part.startsWith('.wh.'))) {
          expect(['metadata', 'invalid-marker']).toContain(role);
        } else if (last === '.wh..wh..opq') {
          expect(role).toBe('opaque');
          resolved.push({
            node: resolver.resolve(bytes, 'opaque'),
            expected: above.map((part) => `/${part}`).join(''),
          });
        } else {
          expect(role).toBe(last.startsWith('.wh.') ? 'whiteout' : 'plain');
          const hidden = [...above, last.replace(/^\.wh\./, '')].filter((part) => part !== '');
          const node = resolver.resolve(bytes, role as 'plain' | 'whiteout');
          resolved.push({ node, expected: hidden.map((part) => `/${part}`).join('') });
        }
      }
      const all = pathsOf(tree);
      expect(resolved.map(({ node }) => all[node])).toEqual(resolved.map(({ expected }) => expected));
      expect(new Set(all).size).toBe(all.length);
    }),
    { numRuns: 2000 },
  );
});
