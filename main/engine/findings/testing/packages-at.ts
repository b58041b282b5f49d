import type { Ecosystem } from '../../../../shared/model/package-name.ts';
import type { Filesystem } from '../../filesystem/filesystem.ts';
import { findWritten } from '../../filesystem/resolve-path.ts';
import type { Packages } from '../../packages/packages.ts';

/** Packages by id, `ECOSYSTEM:NAME`, with the files each has; those of `development` are for that only. */
export function packagesAt(
  fs: Filesystem,
  files: Readonly<Record<string, readonly string[]>>,
  development: readonly string[] = [],
): Packages {
  const ofNode = new Int32Array(fs.tree.count).fill(-1);
  const list = Object.entries(files).map(([id, paths], index) => {
    for (const path of paths) ofNode[findWritten(fs, path)!] = index;
    const [ecosystem, name = ''] = id.split(':');
    return {
      id,
      ecosystem: ecosystem as Ecosystem,
      name,
      version: '1.0',
      path: paths[0] ?? '/',
      development: development.includes(id),
    };
  });
  return { list, ofNode };
}
