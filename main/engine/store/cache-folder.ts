import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of the user's caches as the platform has it: XDG base directories, Library/Caches, LocalAppData. */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'layerscope');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'Layerscope');
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Layerscope', 'Cache');
  }
  return join(home, '.cache', 'layerscope');
}
