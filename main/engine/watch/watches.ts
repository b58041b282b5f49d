import type { ParsedInput } from '../../../shared/api/contract.ts';
import { cancelled, LayerscopeError } from '../../../shared/api/errors.ts';
import type { WatchSnapshot } from '../../../shared/model/watch.ts';
import { type FolderWatch, type FolderWatchOptions, folderWatch } from './folder-watch.ts';

/** Folders that are built again whenever they change. */
export interface Watches {
  /** Returns its id. Throws what starting the first build throws. */
  start(input: ParsedInput<'watch.start'>): Promise<string>;
  /** Sends the snapshot and every one after it; resolves when the watch is stopped, rejects when `signal` aborts. */
  follow(id: string, emit: (snapshot: WatchSnapshot) => void, signal: AbortSignal): Promise<void>;
  stop(id: string): void;
  current(folder: string): string | undefined;
  /** Whether any folder is watched. */
  readonly active: boolean;
  /** Ends all of them with the builds that they started. */
  close(): Promise<void>;
}

export interface WatchesOptions extends FolderWatchOptions {
  /** How long a watch goes on that nobody follows, ms. */
  readonly unfollowedMs?: number;
}

interface Entry {
  readonly watch: FolderWatch;
  readonly followers: Set<(snapshot: WatchSnapshot) => void>;
  /** Ends the watch unless somebody follows it first. */
  idle: NodeJS.Timeout | undefined;
}

export function createWatches(options: WatchesOptions): Watches {
  const { unfollowedMs = 30_000 } = options;
  const entries = new Map<string, Entry>();

  function get(id: string): Entry {
    const entry = entries.get(id);
    if (entry) return entry;
    throw new LayerscopeError({
      code: 'not-found',
      message: 'This folder is no longer watched',
      hint: 'Start comparing it again',
    });
  }

  function remove({ watch, idle }: Entry): void {
    clearTimeout(idle);
    entries.delete(watch.id);
  }

  function stop(entry: Entry): void {
    remove(entry);
    entry.watch.stop();
  }

  /** Called whenever somebody comes or goes. */
  function endUnlessFollowed(entry: Entry): void {
    clearTimeout(entry.idle);
    if (entry.followers.size > 0 || !entries.has(entry.watch.id)) return;
    entry.idle = setTimeout(() => stop(entry), unfollowedMs).unref();
  }

  return {
    async start(input) {
      const readAt = Date.now();
      const opened = await options.open(input);
      const followers: Entry['followers'] = new Set();
      const watch = folderWatch(input, { opened, readAt }, options, (snapshot) => {
        for (const follower of followers) follower(snapshot);
      });
      const entry: Entry = { watch, followers, idle: undefined };
      for (const other of entries.values()) if (other.watch.folder === watch.folder) stop(other);
      entries.set(watch.id, entry);
      try {
        await watch.start();
      } catch (error) {
        remove(entry);
        throw error;
      }
      void watch.ended.then(() => remove(entry));
      endUnlessFollowed(entry);
      return watch.id;
    },
    async follow(id, emit, signal) {
      const entry = get(id);
      emit(entry.watch.snapshot());
      entry.followers.add(emit);
      endUnlessFollowed(entry);
      const gone = Promise.withResolvers<never>();
      const leave = () => gone.reject(cancelled());
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      try {
        await Promise.race([entry.watch.ended, gone.promise]);
      } finally {
        entry.followers.delete(emit);
        signal.removeEventListener('abort', leave);
        endUnlessFollowed(entry);
      }
    },
    stop: (id) => stop(get(id)),
    get active() {
      return entries.size > 0;
    },
    current: (folder) => [...entries.values()].find(({ watch }) => watch.folder === folder)?.watch.id,
    async close() {
      const all = [...entries.values()];
      all.forEach(remove);
      await Promise.all(all.map(({ watch }) => watch.close()));
    },
  };
}
