import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type {
  FileFilter,
  Handlers,
  ImageProgress,
  OpenedImage,
  ParsedInput,
} from '../../shared/api/contract.ts';
import { LayerscopeError, toErrorInfo } from '../../shared/api/errors.ts';
import type { BuildStep } from '../../shared/model/build.ts';
import type { BuildSettings, Project } from '../../shared/model/project.ts';
import { type BuildJob, createBuildJobs } from './build/build-job.ts';
import { createProjectResults } from './build/project-results.ts';
import { createEngineConnection } from './docker/engine-connection.ts';
import { fileAt } from './filesystem/file-at.ts';
import { largestFiles } from './filesystem/largest-files.ts';
import { listDirectory } from './filesystem/list-directory.ts';
import { pathHistory } from './filesystem/path-history.ts';
import { searchFilesAsync } from './filesystem/search-files.ts';
import { prepareFilter } from './filesystem/select-files.ts';
import { cutTreemap } from './filesystem/treemap.ts';
import { fileContent } from './images/file-content.ts';
import type { BuildSource, RecordedLayer } from './images/image-record.ts';
import { createImageRegistry } from './images/image-registry.ts';
import { chooseVariants } from './project/choose-variants.ts';
import { completePath } from './project/complete-path.ts';
import { createDirectReader } from './reader/direct-reader.ts';
import { createThreadedReader } from './reader/threaded-reader.ts';
import { comparisonDocument, documentChanges } from './report/comparison-document.ts';
import { cacheFolder as usersCacheFolder } from './store/cache-folder.ts';
import { openStore } from './store/open-store.ts';
import type { WatchedProject } from './watch/watched-paths.ts';
import { createWatches } from './watch/watches.ts';

export interface EngineOptions {
  /** What `--version` prints. */
  readonly version: string;
  /** Overrides DOCKER_HOST. */
  readonly dockerHost?: string;
  /** Name of a docker context; overrides DOCKER_HOST and the current context. */
  readonly dockerContext?: string;
  /** False: neither read nor write the layer cache. */
  readonly cacheStore?: boolean;
  /** Folder of the cache database; default: the user's cache folder. */
  readonly cacheFolder?: string;
  /** Folder, archive or image the app was started with. */
  readonly open?: string;
  /** What the archive path `-` reads; only the terminal has one, and it reads in its own thread. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Reads images in threads of their own, so that other calls are answered meanwhile. */
  readonly threads?: boolean;
}

export interface Engine {
  readonly handlers: Handlers;
  /** Cancels what is running and closes the cache. */
  close(): Promise<void>;
}

/** How long a build that was cancelled may take to leave nothing in the engine, ms. */
const buildPatienceMs = 10_000;
/** Items of bounded lists unless asked otherwise, as `--top`. */
const defaultTop = 100;

/** The whole product without a window: implements the contract on top of the folders beside this file. */
export function createEngine(options: EngineOptions): Engine {
  const store = openStore({ folder: options.cacheFolder, enabled: options.cacheStore });
  const jobs = createBuildJobs();
  const connection = createEngineConnection(options);
  const { cacheFolder, cacheStore, stdin } = options;
  const threads = {
    cacheFolder,
    cacheStore,
    hashSeed: store.hashSeed,
    keepsIdle: () => watches.active,
  };
  const here = { store, docker: () => connection.engine(), stdin };
  const reader = options.threads ? createThreadedReader(threads) : createDirectReader(here);
  // Its own threads: a build may run for minutes, and has to clean up in the engine when it is cancelled.
  const builder = options.threads
    ? createThreadedReader({ ...threads, patienceMs: buildPatienceMs })
    : createDirectReader(here, { patient: true });
  const registry = createImageRegistry(store, reader, builder);
  const results = createProjectResults(store, registry);
  const watches = createWatches({
    open: trustedProject,
    build: startBuild,
    running: jobs.running,
    connect: () => connection.engine({ fresh: true }),
    ownFolder: resolve(cacheFolder ?? usersCacheFolder()),
  });

  async function loadProject(folder: string, settings?: BuildSettings): Promise<Project> {
    // Loaded when it is needed, like builds: what parses Dockerfiles would cost every archive 10 ms.
    const { openProject } = await import('./project/open-project.ts');
    const project = await openProject(resolve(folder), settings);
    return { ...project, trusted: store.projects.isTrusted(project.folder) };
  }

  /** The project of a folder whose code may run, and the variants of these names. */
  async function trustedProject(
    input: Pick<ParsedInput<'build.start'>, 'folder' | 'settings' | 'variants'>,
  ): Promise<WatchedProject> {
    const project = await loadProject(input.folder, input.settings);
    if (project.trusted) return { project, variants: chooseVariants(project, input.variants) };
    throw notTrusted(project.folder);
  }

  async function startBuild(
    input: ParsedInput<'build.start'>,
    { project, variants }: WatchedProject,
  ): Promise<BuildJob> {
    const docker = await connection.engine();
    // One build of a folder at a time: the newer wish wins, also among several that wait here.
    for (let running = jobs.running(project.folder); running; running = jobs.running(project.folder)) {
      running.cancel();
      await running.ended;
    }
    const names = variants.map(({ name }) => name);
    return jobs.start(project.folder, names, async (emit, signal) => {
      const { buildProject } = await import('./build/build-project.ts');
      const built = await buildProject({
        docker,
        registry,
        project,
        variants,
        settings: input.settings,
        top: input.top ?? defaultTop,
        last: results.get(project.folder),
        signal,
        emit,
      });
      results.put(project.folder, { ...built, finishedAt: Date.now() });
    });
  }

  async function openImage(
    { source, platform, top = defaultTop }: ParsedInput<'image.open'>,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: ImageProgress) => void },
  ): Promise<OpenedImage> {
    const { image, warnings } =
      source.kind === 'engine'
        ? await openOne(source.reference, { platform, top }, options)
        : await registry.openArchive({ source, platform, top }, options);
    return {
      handle: image.handle,
      document: {
        schema: 'layerscope/image@1',
        image: image.facts,
        warnings: [...warnings, ...image.filesystem.warnings],
      },
    };
  }

  async function openOne(
    reference: string,
    input: { readonly platform: string | undefined; readonly top: number },
    options: Parameters<typeof registry.openImages>[1],
  ) {
    const { endpoint } = await connection.engine();
    const { images, warnings } = await registry.openImages(
      { ...input, endpoint, references: [reference] },
      options,
    );
    return { image: images.get(reference)!, warnings };
  }

  /** An image's files, when what takes long of the filter is done. */
  async function filesOf(handle: string, filter: FileFilter | undefined, signal: AbortSignal) {
    const { filesystem } = await registry.get(handle, signal);
    await prepareFilter(filesystem, filter, signal);
    return filesystem;
  }

  async function* builtLayer(source: BuildSource, layer: RecordedLayer, signal: AbortSignal) {
    const { fetchLayer } = await import('./build/fetch-layer.ts');
    const docker = await connection.engine();
    const { dockerfiles, trusted } = await loadProject(source.folder, source.settings);
    // Nothing is run for a look at a file, but a Dockerfile that changed since is read.
    if (!trusted) throw notTrusted(source.folder);
    const { hashSeed, layers } = store;
    yield* fetchLayer({ docker, dockerfiles, source, layer, diffIdOf: layers.ofBlob, hashSeed, signal });
  }

  const handlers: Handlers = {
    'app.info': async () => ({
      version: options.version,
      home: homedir(),
      cwd: process.cwd(),
      open: options.open,
    }),

    'engine.status': async () => {
      try {
        return (await connection.engine({ fresh: true })).status;
      } catch (error) {
        return { state: 'unavailable', error: toErrorInfo(error) };
      }
    },
    'engine.images': async () => ({ images: [...(await (await connection.engine()).images())] }),
    'engine.pull': async ({ reference, platform }, { signal, emit }) => {
      await (await connection.engine()).pull(reference, { platform, signal, onProgress: emit });
      return { reference };
    },
    'engine.removeBuilt': async ({ folder }) => ({
      removed: [...(await (await connection.engine()).removeBuilt({ folder }))],
    }),

    'project.open': async ({ folder, settings }) => {
      const project = await loadProject(folder, settings);
      store.projects.opened(project.folder, project.name);
      return project;
    },
    'project.trust': async ({ folder }) => {
      store.projects.trust(resolve(folder));
      return {};
    },
    'project.recent': async () => ({ projects: results.recent() }),
    'project.forget': async ({ folder }) => {
      store.projects.forget(resolve(folder));
      return {};
    },
    'project.result': async ({ folder }) => ({ result: results.get(resolve(folder)) }),
    'path.complete': async ({ text }) => ({ suggestions: await completePath(text) }),

    'build.start': async (input) => ({ build: (await startBuild(input, await trustedProject(input))).id }),
    'build.follow': async ({ build }, { signal, emit }) => ({
      state: await jobs.get(build).follow(emit, signal),
    }),
    'build.cancel': async ({ build }) => {
      jobs.get(build).cancel();
      return {};
    },
    'build.current': async ({ folder }) => ({ build: jobs.running(resolve(folder))?.id }),

    'build.load': async (input, { signal, emit }) => {
      const { settings, handles = {} } = input;
      const { project, variants } = await trustedProject(input);
      const wanted = Object.entries(handles).map(
        ([name, handle]) => [name, registry.record(handle)] as const,
      );
      const docker = await connection.engine();
      const { loadImages } = await import('./build/load-images.ts');
      const onStep = (variant: string, step: BuildStep) => emit({ variant, step });
      return {
        images: await loadImages({
          docker,
          project,
          variants,
          settings,
          wanted: new Map(wanted),
          hashSeed: store.hashSeed,
          signal,
          onStep,
        }),
      };
    },

    'watch.start': async (input) => ({ watch: await watches.start(input) }),
    'watch.follow': async ({ watch }, { signal, emit }) => {
      await watches.follow(watch, emit, signal);
      return {};
    },
    'watch.stop': async ({ watch }) => {
      watches.stop(watch);
      return {};
    },
    'watch.current': async ({ folder }) => ({ watch: watches.current(resolve(folder)) }),

    'cache.info': async () => store.layers.info(),
    'cache.clear': async () => {
      store.layers.clear();
      return store.layers.info();
    },

    'image.open': async (input, { signal, emit }) => openImage(input, { signal, onProgress: emit }),
    'files.list': async ({ handle, ...query }, { signal }) =>
      listDirectory(await filesOf(handle, query.filter, signal), query),
    'files.at': async ({ handle, ...query }, { signal }) => ({
      row: fileAt(await filesOf(handle, query.filter, signal), query),
    }),
    'files.treemap': async ({ handle, ...query }, { signal }) =>
      cutTreemap(await filesOf(handle, query.filter, signal), query),
    'files.search': async ({ handle, ...query }, { signal }) =>
      searchFilesAsync(await filesOf(handle, query.filter, signal), query, signal),
    'files.largest': async ({ handle, ...query }, { signal }) =>
      largestFiles(await filesOf(handle, query.filter, signal), query),
    'files.history': async ({ handle, path }, { signal }) =>
      pathHistory((await registry.get(handle, signal)).filesystem, path),
    'files.content': async ({ handle, ...query }, { signal }) =>
      fileContent({
        ...query,
        image: await registry.get(handle, signal),
        docker: () => connection.engine(),
        builtLayer: (source, layer) => builtLayer(source, layer, signal),
        hashSeed: store.hashSeed,
        signal,
      }),

    'compare.open': async ({ left, right, top = defaultTop }, { signal }) => {
      const a = await registry.get(left, signal);
      const b = await registry.get(right, signal);
      const comparison = await registry.compare(a, b, signal);
      if (!comparison) return comparisonDocument(a.facts, b.facts, undefined);
      const stages = results.stagesOf(right);
      return comparisonDocument(a.facts, b.facts, {
        totals: comparison.totals,
        changes: await comparison.rows(documentChanges(top), signal),
        ...(await comparison.findings({ stages, top }, signal)),
      });
    },
    'compare.changes': async ({ left, right, ...query }, { signal }) => {
      const a = await registry.get(left, signal);
      const b = await registry.get(right, signal);
      const comparison = await registry.compare(a, b, signal);
      return (await comparison?.rows(query, signal)) ?? { total: 0, totalBytes: 0, rows: [] };
    },
    'compare.tree': async ({ left, right, ...query }, { signal }) => {
      const a = await registry.get(left, signal);
      const b = await registry.get(right, signal);
      const comparison = await registry.compare(a, b, signal);
      if (comparison) return comparison.tree(query, signal);
      throw new LayerscopeError({
        code: 'not-found',
        message: 'A layer of these images is not available here, so their files cannot be compared',
        hint: 'Open images whose layers are all there',
      });
    },
  };

  return {
    handlers,
    async close() {
      await watches.close();
      await jobs.close();
      await reader.close();
      await builder.close();
      await connection.close();
      store.close();
    },
  };
}

function notTrusted(folder: string): LayerscopeError {
  return new LayerscopeError({
    code: 'folder-not-trusted',
    message: `Building runs the code in ${folder}, and nobody has said that it may`,
    hint: 'Trust the folder first if you know where it comes from',
  });
}
