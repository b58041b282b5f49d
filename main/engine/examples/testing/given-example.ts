import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { BuildResult } from '../../../../shared/model/build.ts';
import type { Difference } from '../../../../shared/model/comparison-document.ts';
import type { FileRow } from '../../../../shared/model/files.ts';
import type { StageDocument, VariantDocument } from '../../../../shared/model/project-document.ts';
import type { BuildEngine } from '../../testing/build-engine.ts';
import { copyOfExample } from '../../testing/real-engine.ts';
import { twinFolder } from './twins.ts';

/** An example as the product built it. */
export interface Example {
  /** All that was built, in the document's order. */
  variants(): readonly VariantDocument[];
  variant(name: string): VariantDocument;
  /** What to run it by. */
  tag(variant: string): string;
  stage(variant: string, stage: string): StageDocument;
  /** Line, from 1, of the only instruction that begins so; with `stage` the only one in there. */
  line(dockerfile: string, beginning: string, stage?: number): number;
  file(variant: string, path: string): Promise<FileRow>;
  /** What the document says of a variant beside the baseline of the only group. */
  difference(variant: string): Difference;
  baseline(): string | null;
}

/**
 * Builds an example in the engine of the tests, as the main button does: all that is selected when it is opened. The
 * Dockerfiles of its twin take the place of those that need a host.
 */
export function givenExample(name: string, engine: () => BuildEngine): Example {
  let result: BuildResult;
  let folder: Awaited<ReturnType<typeof copyOfExample>> | undefined;
  const sources = new Map<string, readonly string[]>();

  beforeAll(async () => {
    folder = await copyOfExample(name);
    const twin = twinFolder(name);
    if (existsSync(twin)) await cp(twin, folder.path, { recursive: true });
    // Containers are run of the images.
    ({ result } = await engine().build(folder.path, { settings: { transport: 'save' } }));
    for (const { dockerfile } of result.document.variants) {
      sources.set(dockerfile, (await readFile(join(folder.path, dockerfile), 'utf8')).split('\n'));
    }
  });
  afterAll(async () => {
    if (!folder) return;
    await engine().api.call('engine.removeBuilt', { folder: folder.path });
    await folder[Symbol.asyncDispose]();
  });

  const variant = (wanted: string) => {
    const found = result.document.variants.find((candidate) => candidate.name === wanted);
    if (!found) throw new Error(`${name} has no variant ${wanted}`);
    return found;
  };
  return {
    variants: () => result.document.variants,
    variant,
    tag: (wanted) => variant(wanted).image!.name,
    stage: (wanted, stage) => {
      const found = variant(wanted).stages.find((candidate) => candidate.name === stage);
      if (!found) throw new Error(`${wanted} of ${name} has no stage ${stage}`);
      return found;
    },
    line: (dockerfile, beginning, stage) => onlyLine(sources.get(dockerfile)!, beginning, stage),
    file: async (wanted, path) => {
      const { row } = await engine().api.call('files.at', { handle: result.handles[wanted]!, path });
      if (!row) throw new Error(`${wanted} of ${name} has no ${path}`);
      return row;
    },
    difference: (wanted) => {
      const [group, ...others] = result.document.groups;
      expect(others).toEqual([]);
      return group!.rows.find((row) => row.variant === wanted)!.difference!;
    },
    baseline: () => result.document.groups[0]!.baseline,
  };
}

function onlyLine(source: readonly string[], beginning: string, stage?: number): number {
  let current = -1;
  const found = source.flatMap((text, index) => {
    if (/^FROM\s/i.test(text)) current++;
    return text.startsWith(beginning) && (stage ?? current) === current ? [index + 1] : [];
  });
  if (found.length !== 1) throw new Error(`${found.length} lines begin with ${beginning}`);
  return found[0]!;
}
