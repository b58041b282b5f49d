// npm run build: bundles the renderer with Vite and the Node sides with rolldown into out/.
// Does nothing when out/ was built from the same sources; --force builds all the same.
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setup as compileAssembly } from './lib/compile-assembly.mjs';
import { root } from './lib/paths.mjs';
import { isBuilt, markBuilt, sourcesHash } from './lib/stale.mjs';

await compileAssembly();
const hash = sourcesHash();
if (isBuilt(hash) && !process.argv.includes('--force')) {
  console.log('out/ is up to date');
} else {
  await build();
}

async function build() {
  process.chdir(root);
  const { build: buildRenderer } = await import('vite');
  const { rolldown } = await import('rolldown');
  const { loadConfig } = await import('rolldown/config');
  rmSync('out', { recursive: true, force: true });
  const started = performance.now();
  // What one build of the program computed holds for that build: see main/engine/build/fingerprint.ts.
  const define = { 'process.env.LAYERSCOPE_BUILD': JSON.stringify(hash) };
  const nodeSides = [await loadConfig(join(root, 'rolldown.config.ts'))].flat();
  await Promise.all([
    buildRenderer({ logLevel: 'warn' }),
    ...nodeSides.map(async ({ output, ...input }) => {
      const bundle = await rolldown({ ...input, transform: { define } });
      try {
        await bundle.write(output);
      } finally {
        await bundle.close();
      }
    }),
  ]);
  chmodSync('out/cli/layerscope.js', 0o755);
  markBuilt(hash);
  console.log(`Built out/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
