import { execFileSync, spawnSync } from 'node:child_process';

const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** Whether `tar` is GNU's: elsewhere the fuzz test does without the archives that it writes. */
export const hasGnuTar = (() => {
  const { stdout } = spawnSync('tar', ['--version'], { encoding: 'utf8' });
  return stdout?.includes('GNU tar') ?? false;
})();

/** What GNU tar writes of a folder, the same each time. */
export function writeTar(
  folder: string,
  options: readonly string[],
  paths: readonly string[] = ['.'],
): Buffer {
  const steady = ['--sort=name', '--mtime=@1700000000', '--owner=0', '--group=0', '--numeric-owner'];
  const args = ['--create', '--file=-', `--directory=${folder}`, ...steady, ...options, ...paths];
  return execFileSync('tar', args, { env, maxBuffer: 2 ** 28 });
}

/** PAX headers without what differs from run to run: times of the files, and the number of the process. */
export const steadyPax =
  '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime,globexthdr.name=GlobalHead.%n';

/** A file as GNU tar lists it. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
}

/** The regular files of a tar as GNU tar reads it; undefined where it finds anything wrong. */
export function listFiles(tar: Buffer): ListedFile[] | undefined {
  const args = ['--list', '--verbose', '--numeric-owner', '--quoting-style=escape', '--file=-'];
  const { status, stdout } = spawnSync('tar', args, { input: tar, env, maxBuffer: 2 ** 28, timeout: 10_000 });
  if (status !== 0) return undefined;
  const lines = stdout.toString('latin1').split('\n');
  const files: ListedFile[] = [];
  for (const line of lines) {
    const match = /^[-C]\S+ +\S+ +(\d+) +\S+ \S+ (.*)$/.exec(line);
    if (match) files.push({ size: Number(match[1]), path: match[2]! });
  }
  return files;
}
