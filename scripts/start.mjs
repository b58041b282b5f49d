// npm start [FOLDER|ARCHIVE|IMAGE]: sets everything up and opens the app. Which window it opens, and why, the
// program itself decides and says (main/cli/open-app.ts).
import { join } from 'node:path';
import { fetchElectron } from './lib/electron.mjs';
import { root } from './lib/paths.mjs';
import { runThrough } from './lib/run-through.mjs';
import { setUp } from './setup.mjs';

try {
  const log = (line) => console.error(line);
  const node = await setUp({ log });
  await fetchElectron(node, log);
  const program = join(root, 'out/cli/layerscope.js');
  // npm runs this in the checkout; a relative FOLDER is meant from where the person is.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  process.exitCode = await runThrough(node, [program, ...process.argv.slice(2)], { cwd });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
process.exit();
