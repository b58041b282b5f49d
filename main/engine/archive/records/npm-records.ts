import { z } from 'zod';
import { parseRecord } from './parse-record.ts';
import type { RecordText } from './record-text.ts';
import { topLevelStrings } from './top-level-strings.ts';

export function reduceNpm(bytes: Buffer, to: RecordText): void {
  const [name, version] = topLevelStrings(bytes, ['name', 'version']);
  // Without a name it has that of its folder.
  to.package({ name: name ?? '', version });
}

interface OldDependency {
  readonly dev?: boolean | undefined;
  readonly dependencies?: Readonly<Record<string, unknown>> | undefined;
}

/** Old ones are trees, and are looked at node by node: a hostile one may be as deep as it likes. */
const OldDependency: z.ZodType<OldDependency> = z.object({
  dev: z.boolean().optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});
/** Version 1 of a lockfile has `dependencies`, 3 has `packages`, 2 has both (the npm documentation, package-lock.json). */
const Lock = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })).optional(),
  dependencies: z.record(z.string(), z.unknown()).optional(),
});

/** The folders of development dependencies, from `prefix` on: that of the project. */
export function reduceNpmLock(bytes: Buffer, prefix: string, to: RecordText): void {
  const lock = parseRecord(Lock, bytes);
  if (lock.packages) {
    for (const [path, { dev }] of Object.entries(lock.packages)) if (dev) to.tree(prefix + path);
    return;
  }
  const left: [path: string, dependencies: Readonly<Record<string, unknown>>][] = [
    [prefix, lock.dependencies ?? {}],
  ];
  for (let next = left.pop(); next; next = left.pop()) {
    const [above, dependencies] = next;
    for (const [name, value] of Object.entries(dependencies)) {
      const { dev, dependencies: below } = OldDependency.parse(value);
      const path = `${above}node_modules/${name}`;
      if (dev) to.tree(path);
      if (below && path.length < longestPath) left.push([`${path}/`, below]);
    }
  }
}

/** Characters: a path of more is none that Linux opens. */
const longestPath = 4096;
