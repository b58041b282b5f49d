// Compiles AssemblyScript to WebAssembly, as a module that Node, Vitest and the bundler load alike. Done by the build
// and before tests, when a source has changed; it takes about a second.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const folder = join(root, 'main/engine/archive/assembly');
const target = join(folder, 'wasm.js');
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
  const sources = readSources();
  const stamp = `// Made by scripts/lib/compile-assembly.mjs from ${hashOf(sources)}\n`;
  if (read(target)?.startsWith(stamp)) return;
  const wasm = await compile(sources);
  // Others may be loading it, or making it too.
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, `${stamp}export const wasm =\n  '${Buffer.from(wasm).toString('base64')}';\n`);
  renameSync(temporary, target);
}

/** @returns {Map<string, string>} texts by names */
function readSources() {
  const names = readdirSync(folder).filter((name) => /(?<!\.d)\.ts$/.test(name));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** Also of what compiles them. */
function hashOf(sources) {
  const compiler = readFileSync(join(root, 'node_modules/assemblyscript/package.json'), 'utf8');
  const parts = [...sources, JSON.parse(compiler).version, options];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function compile(sources) {
  const { default: asc } = await import('assemblyscript/asc');
  let wasm;
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'index.wasm', ...options], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_, bytes) => {
      wasm = bytes;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${folder} does not compile:\n${stderr}`, { cause: error });
  return wasm;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
