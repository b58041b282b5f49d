import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { isModernNode, packagedNode } from './packaged-node.ts';

it.each([
  ['20.19.0', false],
  ['22.14.9', false],
  ['22.15.0', true],
  ['24.0.0', true],
])('Node %s: %s', (version, modern) => {
  expect(isModernNode(version)).toBe(modern);
});

it('finds the Node of this platform among the dependencies', () => {
  const node = packagedNode(import.meta.filename);
  expect(node).toBeDefined();
  const version = execFileSync(node ?? '', ['--version'], { encoding: 'utf8' });
  expect(isModernNode(version.slice(1))).toBe(true);
});

it('finds none where none is', () => {
  expect(packagedNode('/nowhere/x.js')).toBeUndefined();
  expect(packagedNode(import.meta.filename, 'sunos-sparc')).toBeUndefined();
});
