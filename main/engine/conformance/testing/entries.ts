import type { TestEntry } from '../../archive/testing/build-layer.ts';

type Attributes = Omit<TestEntry, 'path' | 'type' | 'content' | 'target'>;

/** That many bytes, the same for the same letter. */
export const bytes = (count: number, letter = 'x'): string => letter.repeat(count);

/** A regular file; a number is that many bytes. */
export const file = (path: string, content: number | string = 0, more: Attributes = {}): TestEntry => ({
  path,
  type: 'file',
  content: typeof content === 'number' ? bytes(content) : content,
  ...more,
});
export const dir = (path: string, more: Attributes = {}): TestEntry => ({ path, type: 'directory', ...more });
export const symlink = (path: string, target: string): TestEntry => ({ path, type: 'symlink', target });
export const hardlink = (path: string, target: string): TestEntry => ({ path, type: 'link', target });
export const fifo = (path: string): TestEntry => ({ path, type: 'fifo' });
export const device = (path: string, major: number, minor: number): TestEntry => ({
  path,
  type: 'character-device',
  device: { major, minor },
});
/** The marker that hides a path. */
export const whiteout = (path: string): TestEntry => file(path.replace(/[^/]+$/, '.wh.$&'));
/** The marker that hides all lower descendants of a directory; `` is the root. */
export const opaque = (directory: string): TestEntry => file(`${directory}/.wh..wh..opq`.replace(/^\//, ''));
