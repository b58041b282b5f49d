// Prints how long it takes to load the index of a layer of a million entries from the cache in the folder, ms, as a
// JSON list; puts it there first when it is not.
import { generatedLayers } from '../../main/engine/filesystem/testing/million-files.ts';
import { openStore } from '../../main/engine/store/open-store.ts';

const store = openStore({ folder: process.argv[2]! });
const diffId = `sha256:${'0'.repeat(64)}`;
if (!store.layers.has(diffId)) store.layers.put(generatedLayers({ layers: 1, entries: 1_000_000 })[0]!);
const began = performance.now();
const index = store.layers.get(diffId);
const ms = performance.now() - began;
if (index?.entryCount !== 1_000_000) throw new Error('The cache has lost the index');
store.close();
console.log(JSON.stringify([ms]));
