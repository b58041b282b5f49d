import type { Dirent, Stats } from 'node:fs';
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** Looks at many files, one after the other or, where that is slow, side by side. */
export interface FileLooks {
  /** What takes one look or a few at one file, in either way. */
  look<T>(sync: () => T, later: () => Promise<T>): Promise<T>;
  list(folder: string): Promise<Dirent[]>;
  /** Of a link its own. */
  stats(path: string): Promise<Stats>;
  /** Where a link points. */
  target(path: string): Promise<Buffer>;
  /** Does something to each that takes a look; what is undefined is left out. */
  each<T, R>(items: readonly T[], look: (item: T) => Promise<R | undefined>): Promise<R[]>;
}

/** For so long, ms, nothing else is done in this thread. */
const longestTurn = 8;
/** From here on, ms a look, it is the file system that takes its time, and not the processor. */
const slowLook = 0.2;
/** Looks before that is judged. */
const judgedLooks = 200;
/** Side by side. */
const looksAtOnce = 64;

/**
 * What is in the system's memory is looked at in this thread, in short turns: 10,000 files take 40 ms of one processor, and
 * 200 ms of several when each look goes through Node's thread pool. Where looks turn out to be slow (a network, a disk that
 * has to seek) that is what they do, many at a time.
 */
export function createFileLooks(now: () => number = () => performance.now()): FileLooks {
  let looks = 0;
  let ms = 0;
  let isSlow = false;
  let turnBegan = now();

  async function look<T>(sync: () => T, later: () => Promise<T>): Promise<T> {
    if (isSlow) return later();
    const began = now();
    try {
      return sync();
    } finally {
      looks++;
      ms += now() - began;
      if (looks >= judgedLooks) isSlow = ms > looks * slowLook;
    }
  }

  return {
    look,
    list: (folder) =>
      look(
        () => readdirSync(folder, { withFileTypes: true }),
        () => readdir(folder, { withFileTypes: true }),
      ),
    stats: (path) =>
      look(
        () => lstatSync(path),
        () => lstat(path),
      ),
    target: (path) =>
      look(
        () => readlinkSync(path, 'buffer'),
        () => readlink(path, 'buffer'),
      ),
    async each(items, take) {
      const taken: Awaited<ReturnType<typeof take>>[] = [];
      for (let at = 0; at < items.length; ) {
        if (isSlow) {
          taken.push(...(await Promise.all(items.slice(at, at + looksAtOnce).map(take))));
          at += looksAtOnce;
        } else {
          taken.push(await take(items[at++]!));
        }
        if (now() - turnBegan > longestTurn) {
          await setImmediate();
          turnBegan = now();
        }
      }
      return taken.filter((result) => result !== undefined);
    },
  };
}
