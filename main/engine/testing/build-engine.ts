import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { localApi } from '../../../shared/api/connection.ts';
import type { Api } from '../../../shared/api/contract.ts';
import type { BuildEvent, BuildResult } from '../../../shared/model/build.ts';
import { BuildSettings } from '../../../shared/model/project.ts';
import type { VariantDocument } from '../../../shared/model/project-document.ts';
import { createEngine, type Engine } from '../engine.ts';
import { expectProjectReconciled } from '../report/testing/expect-project-reconciled.ts';
import { expectFiltersReconciled } from './expect-filters-reconciled.ts';
import { realEngine, temporaryFolder } from './real-engine.ts';

/** What a folder is to hold, by path; `text` is written as a file that may be run where the path ends in `.sh`. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface BuildOptions {
  readonly settings?: Partial<BuildSettings>;
  /** Default: those a window would tick. */
  readonly variants?: readonly string[];
  /** Items of bounded lists. */
  readonly top?: number;
  readonly onEvent?: (event: BuildEvent) => void;
}

/** A build that came to its end, whose document was held against itself. */
export interface TestBuild {
  readonly result: BuildResult;
  readonly events: readonly BuildEvent[];
  /** Default: `Dockerfile`. */
  variant(name?: string): VariantDocument;
  /** Where a file of a variant is from, as `stage:0 line 2 exact, through 0 1`. */
  originOf(path: string, variant?: string): Promise<string | undefined>;
  /** The same for a file of a stage that a variant needed, and what became of it. */
  originInStage(path: string, stage: number, variant?: string): Promise<string | undefined>;
}

/** The product on the real engine, with a cache of its own. */
export interface BuildEngine extends AsyncDisposable {
  readonly api: Api;
  readonly cacheFolder: string;
  /** Closes it and starts it again with the same cache. */
  restart(): Promise<void>;
  build(folder: string, options?: BuildOptions): Promise<TestBuild>;
  /** Writes the files into a folder that is gone after `use`, and builds it. */
  withBuild<T>(
    files: Files,
    use: (build: TestBuild, folder: string) => Promise<T>,
    options?: BuildOptions,
  ): Promise<T>;
}

export async function startBuildEngine(): Promise<BuildEngine> {
  const cache = await temporaryFolder();
  let engine: Engine;
  let api: Api;
  const start = () => {
    // As windows have it; the terminal's own tests read without threads.
    engine = createEngine({
      version: 'test',
      dockerHost: realEngine.host(),
      cacheFolder: cache.path,
      threads: true,
    });
    api = localApi(engine.handlers, { strict: true });
  };
  start();

  async function build(
    folder: string,
    { settings, variants, top, onEvent: tell }: BuildOptions = {},
  ): Promise<TestBuild> {
    // RUN has the host's network: the test engine has no other.
    const whole = BuildSettings.parse({ network: 'host', ...settings });
    const project = await api.call('project.open', { folder, settings: whole });
    await api.call('project.trust', { folder });
    const ticked = project.variants.filter(({ selected }) => selected).map(({ name }) => name);
    const input = { folder, settings: whole, variants: [...(variants ?? ticked)], top };
    const { build: id } = await api.call('build.start', input);
    const events: BuildEvent[] = [];
    const onEvent = (event: BuildEvent) => {
      events.push(event);
      tell?.(event);
    };
    expect(await api.call('build.follow', { build: id }, { onEvent })).toEqual({ state: 'done' });
    const { result } = await api.call('project.result', { folder });
    expectProjectReconciled(result!.document);
    await expectFiltersReconciled(api, result!);
    return testBuild(result!, events);
  }

  function testBuild(result: BuildResult, events: readonly BuildEvent[]): TestBuild {
    const originOf = async (handle: string | undefined, path: string) => {
      const { row } = await api.call('files.at', { handle: handle ?? '', path });
      if (!row?.origin) return undefined;
      const { id, line, rule, through } = row.origin;
      return `${id} line ${line} ${rule}, through ${through.join(' ')}`;
    };
    return {
      result,
      events,
      variant: (name = 'Dockerfile') => result.document.variants.find((variant) => variant.name === name)!,
      originOf: (path, variant = 'Dockerfile') => originOf(result.handles[variant], path),
      originInStage: (path, stage, variant = 'Dockerfile') => originOf(result.stages[variant]?.[stage], path),
    };
  }

  return {
    get api() {
      return api;
    },
    cacheFolder: cache.path,
    async restart() {
      await engine.close();
      start();
    },
    build,
    async withBuild(files, use, options) {
      await using folder = await temporaryFolder();
      await writeFiles(folder.path, files);
      try {
        return await use(await build(folder.path, options), folder.path);
      } finally {
        await api.call('engine.removeBuilt', { folder: folder.path });
      }
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      await cache[Symbol.asyncDispose]();
    },
  };
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, path.endsWith('.sh') ? 0o755 : 0o644);
  }
}

/** What the origins of a variant give it, by id, with the lines of each. */
export function originsOf({ origins }: VariantDocument): Record<string, string> {
  return Object.fromEntries(
    origins!.map(({ id, bytes, lines }) => [
      id,
      `${bytes} from ${lines.map(({ line, rule }) => `${line} ${rule}`).join(', ')}`,
    ]),
  );
}
