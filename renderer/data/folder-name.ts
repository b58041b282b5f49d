import { visibleText } from '../charts/visible-text.ts';

/** The last part of a folder's path, to be shown. */
export function folderName(folder: string): string {
  const parts = folder.split(/[/\\]/).filter(Boolean);
  return visibleText(parts.at(-1) ?? folder);
}
