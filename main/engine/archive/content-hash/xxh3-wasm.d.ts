/** xxh3.ts compiled, in base64. `npm run build` and the tests make the file (scripts/lib/compile-xxh3.mjs). */
export const xxh3: string;
