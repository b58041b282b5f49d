import { relative, sep } from 'node:path';

/** How the model names a path: relative to the project folder, with `/`; empty for the folder itself. */
export function relativePath(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, '/');
}
