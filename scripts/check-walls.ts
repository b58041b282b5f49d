// npm run check:walls: fails when an import crosses one of the walls of the design (ARCHITECTURE.md).
import { globSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { wallsBrokenBy } from './walls/walls.ts';

const files = globSync('{main,renderer,shared,e2e,bench}/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}').map((path) =>
  path.replaceAll(sep, '/'),
);
const broken = files.sort().flatMap((file) => wallsBrokenBy(file, readFileSync(file, 'utf8')));
for (const { file, line, specifier, rule } of broken) {
  console.error(`${file}:${line}: ${specifier === '' ? '' : `'${specifier}': `}${rule}`);
}
console.log(`Walls: ${files.length} files, ${broken.length} broken`);
// No file at all means that the check looked in the wrong place.
process.exitCode = broken.length > 0 || files.length === 0 ? 1 : 0;
