import type { LayerIndex } from '../archive/layer-index.ts';
import type { LayerTable } from './layer-table.ts';

/** Layer indexes of one process, where there is no file: they are kept as they are. */
export function createLayerMap(maxBytes: number): LayerTable {
  /** The least recently used first. */
  const layers = new Map<string, { readonly index: LayerIndex; readonly bytes: number; usedAt: number }>();
  const blobs = new Map<string, string>();
  const sum = (of: 'bytes' | 'entries') =>
    [...layers.values()].reduce(
      (sum, { index, bytes }) => sum + (of === 'bytes' ? bytes : index.entryCount),
      0,
    );
  const time = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

  return {
    has: (diffId) => layers.has(diffId),

    get(diffId) {
      const layer = layers.get(diffId);
      if (!layer) return undefined;
      layers.delete(diffId);
      layers.set(diffId, { ...layer, usedAt: Date.now() });
      return layer.index;
    },

    put(index) {
      const bytes = bytesOf(index);
      if (bytes > maxBytes) return;
      layers.delete(index.diffId);
      layers.set(index.diffId, { index, bytes, usedAt: Date.now() });
      let left = sum('bytes');
      for (const [diffId, layer] of layers) {
        if (left <= maxBytes) break;
        layers.delete(diffId);
        left -= layer.bytes;
      }
    },

    ofBlob: (digest) => blobs.get(digest),
    putBlob: (digest, diffId) => void blobs.set(digest, diffId),

    info: () => ({
      layers: layers.size,
      entries: sum('entries'),
      bytes: sum('bytes'),
      limit: maxBytes,
      oldestUse: time(layers.values().next().value?.usedAt),
      newestUse: time([...layers.values()].at(-1)?.usedAt),
    }),

    clear: () => {
      layers.clear();
      blobs.clear();
    },
    saveUses: () => {},
  };
}

function bytesOf(index: LayerIndex): number {
  return Object.values(index).reduce(
    (sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0),
    0,
  );
}
