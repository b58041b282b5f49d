/** This folder compiled, in base64. `npm run build` and the tests make the file (scripts/lib/compile-assembly.mjs). */
export const wasm: string;
