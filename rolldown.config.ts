import { defineConfig } from 'rolldown';

/** Not bundled: Electron brings itself; ssh2, which dockerode needs too, has optional native parts; the rest are those of ws. */
const external = ['electron', 'dockerode', 'ssh2', 'bufferutil', 'utf-8-validate', /^node:/];

/**
 * The Node sides. Entries and shared chunks all lie one folder below `out/`, so that
 * `new URL('../renderer/', import.meta.url)` is right in every one of them.
 */
export default defineConfig([
  {
    input: {
      'cli/layerscope': 'main/cli/layerscope.ts',
      'desktop/main': 'main/desktop/main.ts',
      'desktop/engine-process': 'main/desktop/engine-process.ts',
      'engine/reading-thread': 'main/engine/reader/reading-thread.ts',
      'engine/digest-worker': 'main/engine/archive/digest-worker.ts',
    },
    platform: 'node',
    external,
    preserveEntrySignatures: false,
    output: {
      dir: 'out',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      sourcemap: true,
    },
  },
  {
    // A sandboxed preload is one CommonJS file: Electron cannot load anything else there.
    input: 'main/desktop/preload.ts',
    platform: 'node',
    external,
    output: { file: 'out/desktop/preload.cjs', format: 'cjs', sourcemap: true, codeSplitting: false },
  },
]);
