import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where Node keeps what V8 made of the program's text, inside the cache's folder, which is made where it is not there
 * yet: for this person alone, as the store has it. Undefined where somebody else could put code there.
 */
export function compiledCodeFolder(cache: string): string | undefined {
  try {
    const folder = join(cache, 'compiled');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return [cache, folder].every(isOwn) ? folder : undefined;
  } catch {
    return undefined; // It cannot be kept: the program is compiled anew.
  }
}

function isOwn(folder: string): boolean {
  if (!process.getuid) return true; // Windows: the profile's folders are its person's.
  const { uid, mode } = statSync(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}
