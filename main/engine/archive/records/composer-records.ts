import { z } from 'zod';
import { parseRecord } from './parse-record.ts';
import type { RecordText } from './record-text.ts';

const Installed = z.object({
  name: z.string(),
  version: z.string().optional(),
  'install-path': z.string().nullish(),
});
/** Composer 1 writes a list, Composer 2 an object around it. */
const InstalledJson = z.union([
  z.object({ packages: z.array(Installed), 'dev-package-names': z.array(z.string()).optional() }),
  z.array(Installed).transform((packages) => ({ packages, 'dev-package-names': [] })),
]);

/** The packages of `vendor/composer/installed.json`, each a folder. One without files, a metapackage, has no path. */
export function reduceComposer(bytes: Buffer, to: RecordText): void {
  const { packages, 'dev-package-names': development = [] } = parseRecord(InstalledJson, bytes);
  const isDevelopment = new Set(development);
  for (const { name, version, 'install-path': path = `../${name}` } of packages) {
    to.package({ name, version, development: isDevelopment.has(name) });
    if (path !== null) to.tree(path);
  }
}
