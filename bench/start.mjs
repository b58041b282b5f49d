// npm run bench [-- ROW… --runs N --full --inputs --dry-run]: what it needs is set up first, as for npm start.
import { join } from 'node:path';
import { root } from '../scripts/lib/paths.mjs';
import { runThrough } from '../scripts/lib/run-through.mjs';
import { setUp } from '../scripts/setup.mjs';

try {
  const node = await setUp();
  process.exitCode = await runThrough(node, [join(root, 'bench/bench.ts'), ...process.argv.slice(2)]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
process.exit();
