// What is too slow in JavaScript, in AssemblyScript: TypeScript's syntax with WebAssembly's types and instructions
// (https://www.assemblyscript.org). scripts/lib/compile-assembly.mjs makes wasm.js of it.
export { headerSum } from './header-sum';
export { begin, digest, end, hash, setSeed, update, zeros } from './xxh3';
