import { type ErrorInfo, toErrorInfo } from '../../../shared/api/errors.ts';
import type { Warning } from '../../../shared/model/image-document.ts';
import type { BuildSettings } from '../../../shared/model/project.ts';
import { type PathWatch, watchPaths } from './watch-paths.ts';
import { type WatchedPaths, type WatchedProject, watchedPaths } from './watched-paths.ts';

export interface ProjectWatch {
  /** Watches what the project is made of as it was read at `readAt`, ms since the epoch. Changes since then count. */
  watch(project: WatchedProject, readAt: number): Promise<void>;
  close(): Promise<void>;
}

export interface ProjectWatchOptions {
  readonly settings: BuildSettings;
  /** A folder in which building itself writes. */
  readonly ownFolder: string | undefined;
  readonly onChange: (name: string) => void;
  /** Undefined: there is none any more. */
  readonly onWarning: (warning: Warning | undefined) => void;
  readonly onError: (error: ErrorInfo) => void;
}

/** Watches the files of a project, and others when it is made of others. */
export function projectWatch(options: ProjectWatchOptions): ProjectWatch {
  const open = new Set<PathWatch>();
  /** What the project is made of by now. */
  let current: WatchedPaths | undefined;
  let isClosed = false;

  async function close(watch: PathWatch): Promise<void> {
    open.delete(watch);
    await watch.close();
  }

  /** A watch that is about to be closed may tell of what no longer belongs to it. */
  function onChange(path: string, name: string): void {
    if (!current || current.nameOf(path) !== undefined) options.onChange(name);
  }

  return {
    async watch(project, readAt) {
      const paths = await watchedPaths(project, options.settings, options.ownFolder);
      if (paths.key === current?.key || isClosed) return;
      if (current) options.onWarning(undefined);
      current = paths;
      const before = [...open];
      const watch = watchPaths({ paths, since: readAt, onChange, onWarning: options.onWarning });
      open.add(watch);
      // Until the new one notices everything, the old one does.
      void watch.ready
        .then(() => Promise.all(before.map(close)))
        .catch((error: unknown) => {
          current = undefined;
          options.onError(toErrorInfo(error));
        });
    },
    async close() {
      isClosed = true;
      await Promise.all([...open].map(close));
    },
  };
}
