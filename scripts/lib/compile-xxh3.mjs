// Compiles the content hash from AssemblyScript to WebAssembly, as a module that Node, Vitest and the bundler load
// alike. Done by the build and before tests, when the source has changed; it takes about a second.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './paths.mjs';

const source = join(root, 'main/engine/archive/content-hash/xxh3.ts');
const target = join(root, 'main/engine/archive/content-hash/xxh3-wasm.js');
/** The memory is the caller's, its first page the module's (see xxh3.ts); nothing is allocated. */
const options = [
  '-O3',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd',
  '--importMemory',
  '--memoryBase=8192',
];

/** Vitest calls it as a global setup. */
export async function setup() {
  const stamp = `// Made from ${basename(source)} by ${basename(import.meta.filename)}, ${stampOf()}\n`;
  if (read(target)?.startsWith(stamp)) return;
  const wasm = await compile();
  // Others may be loading it, or making it too.
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, `${stamp}export const xxh3 =\n  '${Buffer.from(wasm).toString('base64')}';\n`);
  renameSync(temporary, target);
}

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  const name = basename(source);
  let wasm;
  const { error, stderr } = await asc.main([name, '--outFile', 'xxh3.wasm', ...options], {
    readFile: (path) => (path === name ? readFileSync(source, 'utf8') : null),
    writeFile: (_, bytes) => {
      wasm = bytes;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${source} does not compile: ${stderr}`, { cause: error });
  return wasm;
}

function stampOf() {
  const hash = createHash('sha256')
    .update(readFileSync(source))
    .update(readFileSync(import.meta.filename));
  hash.update(
    JSON.parse(readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8')).version,
  );
  return hash.digest('hex');
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
