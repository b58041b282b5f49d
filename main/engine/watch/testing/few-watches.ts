import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildSettings } from '../../../../shared/model/project.ts';
import { openProject } from '../../project/open-project.ts';
import { watchPaths } from '../watch-paths.ts';
import { watchedPaths } from '../watched-paths.ts';

/** A process that watches a folder, writes a file in it, and prints what it is told: for limits of a process of its own. */
const folder = process.argv[2]!;
const settings = BuildSettings.parse({});
const project = await openProject(folder, settings, {});
const changed = Promise.withResolvers<void>();
const watch = watchPaths({
  paths: await watchedPaths({ project, variants: project.variants }, settings),
  since: Date.now(),
  onChange: (_, name) => {
    console.log(name);
    changed.resolve();
  },
  onWarning: ({ code, message }) => console.log(`${code}: ${message}`),
});
await watch.ready;
console.log('ready');
await writeFile(join(folder, 'src/deep/er/file'), 'changed');
await changed.promise;
await watch.close();
