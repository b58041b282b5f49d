import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { PathSuggestion } from '../../../shared/api/contract.ts';
import { compareBytes } from './compare-bytes.ts';
import { isDockerfileName } from './find-dockerfiles.ts';

const ARCHIVE = /\.(?:tar|tar\.gz|tgz|tar\.zst|oci)$/i;
const MOST_SUGGESTIONS = 50;

/**
 * Folders, then image archives, whose path begins with `text` (`~` is the home folder, a relative one starts at the
 * current folder); hidden ones only where the last part begins with a dot. Never fails: what cannot be read suggests
 * nothing.
 */
export async function completePath(text: string): Promise<PathSuggestion[]> {
  const expanded = text.replace(/^~(?=$|[/\\])/, () => homedir());
  const isFolder = expanded === '' || text === '~' || /[/\\]$/.test(expanded);
  const folder = resolve(isFolder ? expanded || '.' : dirname(expanded));
  const typed = isFolder ? '' : basename(expanded);
  const names = await namesIn(folder);
  const matching = names
    .filter((name) => name.startsWith(typed) && (typed.startsWith('.') || !name.startsWith('.')))
    .sort(compareBytes);

  const folders: PathSuggestion[] = [];
  const archives: PathSuggestion[] = [];
  for (const name of matching) {
    if (folders.length === MOST_SUGGESTIONS) break;
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined); // Through links: they are opened like what they point to.
    if (stats?.isDirectory()) folders.push(await folderSuggestion(path));
    else if (stats?.isFile() && ARCHIVE.test(name)) archives.push({ path, kind: 'archive' });
  }
  return [...folders, ...archives].slice(0, MOST_SUGGESTIONS);
}

async function folderSuggestion(path: string): Promise<PathSuggestion> {
  const names = await namesIn(path);
  const hint = names.includes('oci-layout')
    ? 'oci-layout'
    : names.some(isDockerfileName)
      ? 'project'
      : undefined;
  return { path: `${path}/`, kind: 'folder', ...(hint && { hint }) };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return []; // Not there (yet), or closed to us: nothing to suggest.
  }
}
