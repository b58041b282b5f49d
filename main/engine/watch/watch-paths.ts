import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Warning } from '../../../shared/model/image-document.ts';
import { isCode } from '../project/is-code.ts';
import type { WatchedPaths } from './watched-paths.ts';

export interface PathWatch {
  /** Resolves when every change is noticed at once; until then some are noticed late, none is missed. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

export interface PathWatchOptions {
  readonly paths: WatchedPaths;
  /** Also what changed since then counts, ms since the epoch. */
  readonly since: number;
  /** With the changed path and what it is called. May be called several times for one change. */
  readonly onChange: (path: string, name: string) => void;
  /** What keeps it from noticing changes as it should. */
  readonly onWarning: (warning: Warning) => void;
}

/** How long a file that was changed lies behind the clock at most, ms: file systems have a coarser one. */
const clockLag = 20;
/** Of ten thousand files that are asked one by one; costs about 15 % of a core. */
const pollingMs = 2000;

/**
 * Notices changes of files through the system: chokidar, which has a watch for each folder on Linux and one for a whole
 * tree on macOS and Windows, and has none for what `.dockerignore` leaves out. Where the system has no more watches,
 * files are looked at every two seconds instead.
 *
 * What else there is was held against it with 10,000 files and what editors do to them: Node's own recursive watch on Linux
 * misses a file that is replaced for the second time and watches every ignored file (24.21); watchpack 2.6 misses writes in
 * a folder that took another's name.
 */
export function watchPaths({ paths, since, onChange, onWarning }: PathWatchOptions): PathWatch {
  let closing: Promise<unknown> | undefined;
  let close = async () => {};
  const looking = new Set<string>();

  const isNew = ({ ctimeMs }: { readonly ctimeMs: number }) => ctimeMs >= since - clockLag;

  function tell(path: string): void {
    const name = paths.nameOf(path);
    if (name !== undefined && !closing) onChange(path, name);
  }

  /** macOS also tells of what was before. */
  async function tellIfNew(path: string): Promise<void> {
    if (looking.has(path) || paths.nameOf(path) === undefined) return;
    looking.add(path);
    const stats = await lstat(path).catch(() => undefined);
    looking.delete(path);
    if (stats && isNew(stats)) tell(path);
  }

  async function tellIfOther(path: string, ctimeMs: number): Promise<void> {
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.ctimeMs !== ctimeMs) tell(path);
  }

  async function open(backend: 'auto' | 'polling'): Promise<void> {
    // Loaded when somebody watches: no other command needs it.
    const { watch } = await import('chokidar');
    if (closing) return;
    const watcher = watch([...paths.roots], {
      ignored: (path, stats) => !paths.concerns(path, stats?.isDirectory() ?? true),
      // A link is sent as a link.
      followSymlinks: false,
      // Every file counts, also one whose name looks like an editor's backup.
      atomic: false,
      // What cannot be read cannot be sent: the build says so.
      ignorePermissionErrors: true,
      backend,
      pollingInterval: pollingMs,
      pollingBinaryInterval: pollingMs,
    });
    close = () => watcher.close();
    const started = Promise.withResolvers<void>();
    let isReady = false;
    /** When what was found had changed last. */
    const found = new Map<string, number>();
    watcher.on('all', (_, path, stats) => {
      if (!isReady && stats) found.set(path, stats.ctimeMs);
      // What was there before is told as it is found.
      if (isReady || !stats || isNew(stats)) tell(path);
    });
    // The event above comes with new times only: not where a file was made executable, or written and given its old ones.
    watcher.on('raw', (_, name, details) => {
      for (const path of rawPaths(name, details)) void tellIfNew(path);
    });
    watcher.on('ready', () => {
      isReady = true;
      started.resolve();
      // It may have changed after it was looked at and before it was watched.
      for (const [path, ctimeMs] of found) void tellIfOther(path, ctimeMs);
      found.clear();
    });
    watcher.on('error', (error) => {
      if (backend === 'polling' || !isCode(error, 'ENOSPC', 'EMFILE')) {
        onWarning(incomplete(error));
        return;
      }
      onWarning(outOfWatches(isCode(error, 'ENOSPC')));
      void watcher
        .close()
        .then(() => open('polling'))
        .then(started.resolve, started.reject);
    });
    await started.promise;
  }

  const stopped = Promise.withResolvers<void>();
  const ready = Promise.race([open('auto'), stopped.promise]);
  return {
    ready,
    async close() {
      stopped.resolve();
      closing ??= close();
      await closing;
    },
  };
}

/** What an event of the system may be about: a name in the watched folder, or the watched file itself. */
function rawPaths(name: string | null, details: unknown): string[] {
  const { watchedPath } = (details ?? {}) as { readonly watchedPath?: string };
  if (name === null || watchedPath === undefined) return [];
  const path = join(watchedPath, name);
  return basename(watchedPath) === name ? [path, watchedPath] : [path];
}

function outOfWatches(isOfFolders: boolean): Warning {
  const limit = isOfFolders ? 'fs.inotify.max_user_watches' : 'how many files a program may open';
  return {
    code: 'watch-polling',
    message:
      'The system has no more watches for files, so that changes are looked for every two seconds. ' +
      `Leave folders out with .dockerignore, or raise ${limit}.`,
  };
}

function incomplete(error: unknown): Warning {
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'watch-incomplete', message: `Some changes may not be noticed: ${reason}` };
}
