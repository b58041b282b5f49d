import { defineConfig, type Plugin } from 'rolldown';

/** Not bundled: Electron brings itself; ssh2 has optional native parts; the rest are those of ws. */
const external = ['electron', 'ssh2', 'bufferutil', 'utf-8-validate', /^node:/];

/**
 * Parts of dockerode that nothing here uses and that load what takes longer than all of a small build: its BuildKit session
 * brings gRPC (70 ms), its way through ssh the whole of ssh2 (45 ms). Ours are in main/engine/docker.
 */
const unused = [
  { importer: /[\\/]dockerode[\\/]lib[\\/]docker\.js$/, source: './session' },
  { importer: /[\\/]docker-modem[\\/]lib[\\/]modem\.js$/, source: './ssh' },
];
const leaveOut: Plugin = {
  name: 'leave-out-unused',
  resolveId(source, importer = '') {
    const isUnused = unused.some((part) => part.source === source && part.importer.test(importer));
    return isUnused ? `\0unused:${source}.cjs` : null;
  },
  load(id) {
    if (!id.startsWith('\0unused:')) return null;
    return "module.exports = () => { throw new Error('This part of dockerode is left out'); };";
  },
};

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
    plugins: [leaveOut],
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
