import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the tree, so that a fresh clone finds what the last one made. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'layerscope-test');
