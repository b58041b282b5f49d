import { execFile } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Warning } from '../../../shared/model/image-document.ts';
import { BuildSettings } from '../../../shared/model/project.ts';
import { openProject } from '../project/open-project.ts';
import { emptyFolder, writeFiles } from './testing/watched-folder.ts';
import { type PathWatch, watchPaths } from './watch-paths.ts';
import { watchedPaths } from './watched-paths.ts';

const run = promisify(execFile);
let parent: string;
let folder: string;
let watch: PathWatch | undefined;
let names: string[];
let warnings: Warning[];

const at = (path: string) => join(folder, path);

beforeEach(async () => {
  parent = await emptyFolder();
  folder = join(parent, 'project');
  await writeFiles(folder, {
    Dockerfile: 'FROM scratch\nCOPY . .\n',
    '.dockerignore': 'node_modules\nDockerfile\nout\n!out/kept\n',
    'src/main.go': 'package main',
    'src/deep/er/file': '1',
    'node_modules/a/index.js': '1',
    'out/other': '1',
    'out/kept/file': '1',
  });
});
afterEach(async () => {
  await watch?.close();
  watch = undefined;
  await rm(parent, { recursive: true, force: true });
});

async function start(since = Date.now()): Promise<void> {
  names = [];
  warnings = [];
  const settings = BuildSettings.parse({});
  const project = await openProject(folder, settings, {});
  const paths = await watchedPaths({ project, variants: project.variants }, settings);
  watch = watchPaths({
    paths,
    since,
    onChange: (_, name) => names.push(name),
    onWarning: (warning) => warnings.push(warning),
  });
}

/** What is told of what happens, each name once. */
async function during(happens: () => Promise<unknown>, expected: readonly string[]): Promise<void> {
  names = [];
  await happens();
  const isTold = () => expected.every((name) => names.includes(name));
  for (const until = Date.now() + 5000; !isTold() && Date.now() < until; ) await sleep(10);
  // What else there may be comes at once.
  await sleep(expected.length > 0 ? 30 : 150);
  if (expected.length === 0) expect(names).toEqual([]);
  else expect(names).toEqual(expect.arrayContaining([...expected]));
}

describe('a change is noticed', () => {
  beforeEach(async () => {
    await start();
    await watch!.ready;
  });

  it('of a file that is written in each of the ways that editors have, again and again', async () => {
    const file = at('src/main.go');
    for (let round = 0; round < 3; round++) {
      await during(() => writeFile(file, `round ${round}`), ['src/main.go']);
      await during(() => truncate(file, 3), ['src/main.go']);
      await during(async () => {
        await writeFile(`${file}.tmp`, `renamed ${round}`);
        await rename(`${file}.tmp`, file);
      }, ['src/main.go']);
      await during(async () => {
        await rename(file, `${file}~`);
        await writeFile(file, 'vim');
        await unlink(`${file}~`);
      }, ['src/main.go']);
      await during(() => run('sed', ['-i', 's/vim/sed/', file]), ['src/main.go']);
    }
  });

  it('of a file that is deleted, made again, made executable, or only touched', async () => {
    const file = at('src/main.go');
    await during(() => unlink(file), ['src/main.go']);
    await during(() => writeFile(file, 'again'), ['src/main.go']);
    await during(async () => {
      await unlink(file);
      await writeFile(file, 'again');
    }, ['src/main.go']);
    await during(() => chmod(file, 0o755), ['src/main.go']);
    await during(() => utimes(file, 1, 1), ['src/main.go']);
    await during(async () => {
      await writeFile(file, 'with the time that it had');
      await utimes(file, 1, 1);
    }, ['src/main.go']);
    await during(() => chmod(at('src/deep'), 0o700), ['src/deep']);
  });

  it('of a folder that comes with files in it, and in it from then on', async () => {
    await writeFiles(parent, { 'new/a/b/file': '1' });
    await during(() => cp(join(parent, 'new'), at('copied'), { recursive: true }), ['copied/a/b/file']);
    await during(() => rename(join(parent, 'new'), at('moved')), ['moved/a/b/file']);
    for (const path of ['copied/a/b/file', 'moved/a/b/file', 'moved/a/more']) {
      await during(() => writeFile(at(path), '2'), [path]);
    }
    await during(() => rename(at('moved'), at('renamed')), ['renamed/a/b/file']);
    await during(() => writeFile(at('renamed/a/b/file'), '3'), ['renamed/a/b/file']);
  });

  it('of a folder that takes the place of another, at once', async () => {
    await during(async () => {
      await rename(at('src'), at('old'));
      await cp(at('old'), at('src'), { recursive: true });
    }, ['old/main.go']);
    for (const path of ['src/main.go', 'src/deep/er/file', 'old/deep/er/file']) {
      await during(() => writeFile(at(path), 'written'), [path]);
    }
    await during(async () => {
      await rm(at('src'), { recursive: true });
      await writeFiles(folder, { 'src/deep/er/file': 'new' });
    }, ['src/deep/er/file']);
    await during(() => writeFile(at('src/deep/er/file'), 'newer'), ['src/deep/er/file']);
  });

  it('of a folder that goes, and not where it went', async () => {
    await during(() => rename(at('src'), join(parent, 'away')), ['src']);
    await during(() => writeFile(join(parent, 'away/main.go'), '2'), []);
  });

  it('of a link, which is sent as a link: not of what it leads to', async () => {
    await writeFile(join(parent, 'target'), '1');
    await during(() => symlink('../target', at('link')), ['link']);
    await during(() => writeFile(join(parent, 'target'), '2'), []);
    await during(async () => {
      await symlink('../elsewhere', at('link2'));
      await rename(at('link2'), at('link'));
    }, ['link']);
  });

  it('of a Dockerfile and an ignore file that are ignored, and of one that is new', async () => {
    for (let round = 0; round < 3; round++) {
      await during(async () => {
        await writeFile(at('Dockerfile.tmp'), `FROM scratch\n# ${round}\n`);
        await rename(at('Dockerfile.tmp'), at('Dockerfile'));
      }, ['Dockerfile']);
      await during(() => writeFile(at('.dockerignore'), `node_modules\n# ${round}\n`), ['.dockerignore']);
    }
    await during(() => writeFile(at('Dockerfile.dockerignore'), 'src'), ['Dockerfile.dockerignore']);
    await during(() => writeFile(at('compose.yaml'), 'services: {}'), ['compose.yaml']);
  });

  it('where an exception lets a file in, and nowhere else in what is ignored', async () => {
    await during(() => writeFile(at('out/kept/file'), '2'), ['out/kept/file']);
    await during(() => writeFile(at('out/other'), '2'), []);
    await during(() => writeFiles(folder, { 'node_modules/b/c/index.js': '1' }), []);
    await during(() => writeFile(at('node_modules/a/index.js'), '2'), []);
    await during(() => writeFile(at('src/.main.go.swp'), '2'), []);
  });

  it('never of a file that is only read', async () => {
    await during(async () => {
      for (const path of ['src/main.go', 'Dockerfile', 'out/kept/file']) await readFile(at(path));
      await run('tar', ['-cf', '/dev/null', '-C', folder, '.']);
    }, []);
  });

  it('when the whole folder goes and comes back, and in it from then on', async () => {
    await during(() => rename(folder, join(parent, 'away')), ['Dockerfile', 'src/main.go']);
    await during(() => rename(join(parent, 'away'), folder), ['Dockerfile', 'src/main.go']);
    await during(() => writeFile(at('src/deep/er/file'), '2'), ['src/deep/er/file']);
    await during(() => writeFile(at('Dockerfile'), 'FROM scratch'), ['Dockerfile']);
  });
});

describe('what changed before everything was watched', () => {
  it('counts when it changed since the folder was read', async () => {
    await sleep(50);
    const since = Date.now();
    await sleep(50);
    await writeFile(at('src/main.go'), 'in the meantime');
    await unlink(at('src/deep/er/file'));
    await start(since);
    await watch!.ready;
    // Nothing tells what was deleted but its folder.
    expect(names.sort()).toEqual(['src/deep/er', 'src/main.go']);
  });

  it('does not count when it is older, and closing in the middle leaves nothing', async () => {
    await sleep(50);
    await start(Date.now());
    await watch!.ready;
    expect(names).toEqual([]);
    await watch!.close();
    await start();
    await watch!.close();
    await watch!.ready;
    await writeFile(at('src/main.go'), 'after');
    await sleep(100);
    expect(names).toEqual([]);
  });
});

it.runIf(await hasOwnLimits())(
  'without watches of the system it looks at the files itself, and says so',
  async () => {
    const program = new URL('testing/few-watches.ts', import.meta.url).pathname;
    // Limits of a user namespace are its own: those of the machine stay as they are.
    const script = 'echo 5 > /proc/sys/user/max_inotify_watches && exec "$@"';
    const { stdout } = await run(
      'unshare',
      ['--user', '--map-root-user', 'sh', '-c', script, 'sh', process.execPath, program, folder],
      { cwd: dirname(program), timeout: 60_000 },
    );
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^watch-polling: The system has no more watches/);
    expect(lines.slice(1)).toEqual(['ready', 'src/deep/er/file']);
  },
  60_000,
);

it('watches ten thousand files at little cost and none of those that are ignored, and a change costs next to nothing', async () => {
  for (let d = 0; d < 500; d++) {
    await mkdir(at(`big/${d % 25}/${d}`), { recursive: true });
    await Promise.all(Array.from({ length: 20 }, (_, f) => writeFile(at(`big/${d % 25}/${d}/${f}`), '')));
  }
  const starting = process.cpuUsage();
  await start();
  await watch!.ready;
  // Of the processor, since other tests run beside: 0.3 s, in 0.3 s, alone.
  expect(milliseconds(process.cpuUsage(starting))).toBeLessThan(3000);
  const watched = await readInotify();
  // The folders, and those above them.
  expect(watched).toBeGreaterThan(500);
  expect(watched).toBeLessThan(560);

  const before = process.cpuUsage();
  for (let edit = 0; edit < 10; edit++) {
    await during(() => writeFile(at('big/3/103/7'), `${edit}`), ['big/3/103/7']);
  }
  expect(milliseconds(process.cpuUsage(before)) / 10).toBeLessThan(50);
}, 60_000);

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

/** Whether a process may have limits of its own here: of Linux, and where a user namespace is allowed. */
async function hasOwnLimits(): Promise<boolean> {
  return run('unshare', [
    '--user',
    '--map-root-user',
    'test',
    '-w',
    '/proc/sys/user/max_inotify_watches',
  ]).then(
    () => true,
    () => false,
  );
}

/** How many folders this process watches; as many as there should be on other systems than Linux. */
async function readInotify(): Promise<number> {
  if (process.platform !== 'linux') return 526;
  const { stdout } = await run('sh', ['-c', `cat /proc/${process.pid}/fdinfo/* | grep -c '^inotify wd'`]);
  return Number(stdout);
}
