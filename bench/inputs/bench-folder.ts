import { dirname, join } from 'node:path';
import { cacheFolder } from '../../main/engine/store/cache-folder.ts';

/** Where inputs and dive are kept from one run to the next: beside the program's own cache. */
export const benchFolder = join(dirname(cacheFolder()), 'layerscope-bench');
