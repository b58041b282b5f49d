import { expect } from 'vitest';
import type { Tree, TreeEntry } from './tree.ts';

const root = { uid: 0, gid: 0 };
const directory: TreeEntry = { ...root, kind: 'directory', mode: '755' };
const emptyFile: TreeEntry = { ...root, kind: 'file', mode: '755', size: 0 };

/**
 * What `docker create` puts into the container for what is mounted when it runs: as moby's daemon/initlayer does.
 * It is the same on 20.10 and 29.
 */
const additions: Readonly<Record<string, TreeEntry>> = {
  '/.dockerenv': emptyFile,
  '/dev': directory,
  '/dev/console': emptyFile,
  '/dev/pts': directory,
  '/dev/shm': directory,
  '/etc': directory,
  '/etc/hostname': emptyFile,
  '/etc/hosts': emptyFile,
  '/etc/mtab': { ...root, kind: 'symlink', mode: '777', target: '/proc/mounts' },
  '/etc/resolv.conf': emptyFile,
  '/proc': directory,
  '/sys': directory,
};

/**
 * Takes out of both trees what the engine itself put into the exported one, which must be there exactly so. It takes
 * the place of what the image has there, but a directory stays, with another time where something was put into it.
 * And docker export has no entry for the root.
 */
export function leaveOutAdditions(ours: Tree, exported: Tree): void {
  ours.delete('/');
  for (const [path, addition] of Object.entries(additions)) {
    const [own, theirs] = [ours.get(path), exported.get(path)];
    const timeless = { ...theirs, mtime: undefined };
    if (own?.kind === 'directory' && addition.kind === 'directory') {
      ours.set(path, { ...own, mtime: undefined });
      exported.set(path, timeless as TreeEntry);
    } else {
      expect({ path, ...timeless }).toEqual({ path, ...addition });
      ours.delete(path);
      exported.delete(path);
    }
  }
}
