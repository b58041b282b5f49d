import type { Api } from '../shared/api/contract.ts';
import type { BuildResult } from '../shared/model/build.ts';
import type { WatchSnapshot } from '../shared/model/watch.ts';
import { connectTo, startWebHost, type WebHost } from './web-host.ts';

/** A folder that a web host of its own keeps comparing, built for the first time. */
export interface WatchedFolder extends AsyncDisposable {
  readonly host: WebHost;
  readonly api: Api;
  /** Changes a file, and waits until everything that is told of the images is told anew. */
  changed(change: () => Promise<void>): Promise<Rebuilt>;
}

export interface Rebuilt {
  /** From the saved change, ms. */
  readonly ms: number;
  /** How long RUN instructions took that were not cached, by BuildKit's own times, ms: the longest of them. */
  readonly runMs: number;
  readonly result: BuildResult;
}

/** Starts the host, and waits for the first build. @param engine as in DOCKER_HOST */
export async function watchFolder(engine: string, folder: string): Promise<WatchedFolder> {
  await using stack = new AsyncDisposableStack();
  const host = stack.use(await startWebHost(engine));
  const { api } = stack.use(await connectTo(host));
  const settings = { network: 'host' as const, buildArgs: {} };
  const { variants } = await api.call('project.open', { folder, settings });
  await api.call('project.trust', { folder });
  const names = variants.filter(({ selected }) => selected).map(({ name }) => name);
  const { watch } = await api.call('watch.start', { folder, settings, variants: names });
  const builds = followWatch(api, watch);
  await builds.next();
  const all = stack.move();
  return {
    host,
    api,
    async changed(change) {
      const next = builds.next();
      await change();
      const began = performance.now();
      const { build } = await next;
      const { result } = await api.call('project.result', { folder });
      if (!result) throw new Error('There is no result of the build');
      await Promise.all(pairs(result).map((pair) => api.call('compare.open', pair)));
      const ms = performance.now() - began;
      return { ms, runMs: await longestRun(api, build!), result };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The comparisons that people are shown: each variant beside the baseline of its group. */
function pairs({ document, handles }: BuildResult) {
  return document.groups.flatMap(({ baseline, rows }) =>
    rows
      .filter(({ variant }) => variant !== baseline)
      .map(({ variant }) => ({ left: handles[baseline!]!, right: handles[variant]! })),
  );
}

/** The ends of a watch's builds. */
function followWatch(api: Api, watch: string): { next(): Promise<WatchSnapshot> } {
  let ended: number | undefined;
  let waiting: PromiseWithResolvers<WatchSnapshot> | undefined;
  const onEvent = (snapshot: WatchSnapshot) => {
    if (snapshot.error) waiting?.reject(new Error(snapshot.error.message));
    if (snapshot.state !== 'watching' || !snapshot.ended || snapshot.ended.at === ended) return;
    ended = snapshot.ended.at;
    if (snapshot.ended.state === 'done') waiting?.resolve(snapshot);
    else waiting?.reject(new Error(`A build of the folder has ${snapshot.ended.state}`));
  };
  const following = api.call('watch.follow', { watch }, { onEvent });
  following.then(
    () => waiting?.reject(new Error('The watch was stopped')),
    (error: Error) => waiting?.reject(error),
  );
  return {
    next() {
      waiting = Promise.withResolvers();
      return waiting.promise;
    },
  };
}

async function longestRun(api: Api, build: string): Promise<number> {
  let longest = 0;
  const follow = api.call(
    'build.follow',
    { build },
    {
      onEvent(event) {
        if (event.type !== 'snapshot') return;
        for (const { name, status, startedAt, endedAt } of event.snapshot.variants.flatMap(
          ({ steps }) => steps,
        )) {
          if (!/\] RUN /.test(name) || status !== 'done') continue;
          longest = Math.max(longest, (endedAt ?? 0) - (startedAt ?? 0));
        }
      },
    },
  );
  await follow;
  return longest;
}
