import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuildSettings } from '../../../../shared/model/project.ts';
import type { WatchSnapshot } from '../../../../shared/model/watch.ts';
import { createBuildJobs } from '../../build/build-job.ts';
import { chooseVariants } from '../../project/choose-variants.ts';
import { openProject } from '../../project/open-project.ts';
import type { WatchedProject } from '../watched-paths.ts';
import { createWatches, type Watches, type WatchesOptions } from '../watches.ts';

/** What the build of a watched folder does: it gets the number of the build, from 1. */
export type Build = (number: number, signal: AbortSignal) => Promise<void>;

/** A folder on disk whose watch starts builds that build nothing: what is watched and when is real. */
export interface WatchedFolder extends AsyncDisposable {
  readonly path: string;
  readonly watches: Watches;
  readonly jobs: ReturnType<typeof createBuildJobs>;
  /** Snapshots in order. */
  readonly seen: WatchSnapshot[];
  /** Builds that were started. */
  readonly builds: number;
  /** What they were started with. */
  readonly settings: BuildSettings[];
  /** How many ran at the same time at most. */
  readonly atOnce: number;
  /** What the builds do from now on; default: nothing. */
  build: Build;
  /** Throws while the engine is gone. */
  connect: () => Promise<unknown>;
  write(path: string, text: string): Promise<void>;
  /** Starts watching and following, and waits until changes are noticed at once. */
  start(options?: { variants?: string[]; settings?: Partial<BuildSettings> }): Promise<string>;
  /** A build by hand. */
  buildByHand(build: Build): Promise<string>;
  /** The first snapshot from the given number on that passes. Rejects after a few seconds. */
  until(passes: (snapshot: WatchSnapshot) => boolean, from?: number): Promise<WatchSnapshot>;
  /** Waits until so many builds were started and the last one has ended. */
  settled(builds: number): Promise<WatchSnapshot>;
}

/** An empty folder of its own, without links in its path; the caller removes it. */
export async function emptyFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'layerscope-watch-')));
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

export async function watchedFolder(
  files: Readonly<Record<string, string>>,
  options: Partial<WatchesOptions> = {},
): Promise<WatchedFolder> {
  const parent = await emptyFolder();
  const path = join(parent, 'project');
  await writeFiles(path, files);
  // What was written just before a folder is read may be taken for newer.
  await sleep(30);
  const jobs = createBuildJobs();
  const seen: WatchSnapshot[] = [];
  const buildsAt = new Map<WatchSnapshot, number>();
  const waiting = new Set<() => void>();
  let builds = 0;
  let running = 0;
  let atOnce = 0;

  async function startJob({ project, variants }: WatchedProject, build: Build) {
    for (let job = jobs.running(project.folder); job; job = jobs.running(project.folder)) {
      job.cancel();
      await job.ended;
    }
    const number = ++builds;
    const names = variants.map(({ name }) => name);
    return jobs.start(project.folder, names, async (_, signal) => {
      atOnce = Math.max(atOnce, ++running);
      try {
        await build(number, signal);
        signal.throwIfAborted();
      } finally {
        running--;
      }
    });
  }

  const open: WatchesOptions['open'] = async ({ folder, settings, variants }) => {
    const project = await openProject(folder, settings, {});
    return { project, variants: chooseVariants(project, variants) };
  };
  const watches = createWatches({
    open,
    build: (input, opened) => {
      self.settings.push(input.settings);
      return startJob(opened, self.build);
    },
    running: jobs.running,
    connect: () => self.connect(),
    ...options,
  });
  const inputOf = (variants = ['Dockerfile'], settings: Partial<BuildSettings> = {}) => ({
    folder: path,
    settings: BuildSettings.parse(settings),
    variants,
  });

  const self: WatchedFolder = {
    path,
    watches,
    jobs,
    seen,
    get builds() {
      return builds;
    },
    get atOnce() {
      return atOnce;
    },
    settings: [],
    build: async () => {},
    connect: async () => {},
    write: (file, text) => writeFiles(path, { [file]: text }),
    async start({ variants, settings } = {}) {
      const id = await watches.start(inputOf(variants, settings));
      const follower = (snapshot: WatchSnapshot) => {
        seen.push(snapshot);
        buildsAt.set(snapshot, builds);
        for (const wake of waiting) wake();
      };
      void watches.follow(id, follower, new AbortController().signal);
      await watchesAreSteady();
      return id;
    },
    async buildByHand(build) {
      const opened = await open(inputOf());
      return (await startJob(opened, build)).id;
    },
    async until(passes, from = 0) {
      const found = Promise.withResolvers<WatchSnapshot>();
      const look = () => {
        const snapshot = seen.slice(from).find(passes);
        if (snapshot) found.resolve(snapshot);
      };
      const giveUp = setTimeout(
        () => found.reject(new Error(`Not seen within 8 s, but:\n${seen.map(toLine).join('\n')}`)),
        8000,
      );
      waiting.add(look);
      look();
      try {
        return await found.promise;
      } finally {
        clearTimeout(giveUp);
        waiting.delete(look);
      }
    },
    settled: (count) =>
      self.until((snapshot) => snapshot.state === 'watching' && buildsAt.get(snapshot)! >= count),
    async [Symbol.asyncDispose]() {
      await watches.close();
      await jobs.close();
      await rm(parent, { recursive: true, force: true });
    },
  };
  return self;
}

const countWatches = () => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
/** Those of whoever runs the tests. */
const others = countWatches();

/** Folders that are watched here. */
export function watchedFolders(): number {
  return countWatches() - others;
}

/** Until then a change is noticed, but may be told as one of its folder. */
async function watchesAreSteady(): Promise<void> {
  let steadySince = performance.now();
  for (let count = 0; count === 0 || performance.now() - steadySince < 100; await sleep(10)) {
    const now = watchedFolders();
    if (now !== count) steadySince = performance.now();
    count = now;
  }
}

function toLine({ state, changed, ended, error, warning }: WatchSnapshot): string {
  return JSON.stringify({ state, changed: changed?.paths, ended: ended?.state, error, warning });
}
