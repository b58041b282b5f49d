#!/usr/bin/env node
// The launcher. It must answer under Node 20 too and be quick, so it imports nothing heavy: the program itself is
// loaded only when this Node can run it, else it is run by the Node 24 among the optional dependencies.
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../engine/store/cache-folder.ts';
import { compiledCodeFolder } from './compiled-code.ts';
import { isModernNode, packagedNode } from './packaged-node.ts';
import { rerunUnder } from './rerun.ts';
import { version } from './version.ts';

const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  process.stdout.write(`${version}\n`);
} else if (isModernNode(process.versions.node)) {
  // What V8 made of the program's text the last time: a third of the time to load it.
  const compiled = compiledCodeFolder(cacheFolder());
  if (compiled !== undefined) {
    const { enableCompileCache } = await import('node:module');
    enableCompileCache(compiled);
  }
  const { runProcess } = await import('./run-process.ts');
  await runProcess();
} else {
  const file = fileURLToPath(import.meta.url);
  const node = packagedNode(file);
  if (node) {
    rerunUnder(node, [file, ...process.argv.slice(2)]);
  } else {
    process.stderr.write(
      `layerscope: usage: Layerscope runs on Node 22.15 or newer, and this is ${process.versions.node}. ` +
        'Install Node 24, or run npm ci with optional dependencies.\n',
    );
    process.exitCode = 2;
  }
}
