import { execFile } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { extract } from 'tar-stream';
import { afterEach, expect, it, vi } from 'vitest';
import { realEngine, temporaryFolder } from '../testing/real-engine.ts';
import { openBuildContext } from './build-context.ts';
import { openProject } from './open-project.ts';
import { stageTargets } from './stage-targets.ts';

const images: string[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  if (images.length > 0) await docker(['rmi', '--force', ...images.splice(0)]);
});

/** The docker command, with `input` as its standard input. */
async function docker(args: readonly string[], input?: Readable): Promise<Buffer> {
  const command = process.env.LAYERSCOPE_TEST_DOCKER_CLI;
  if (!command) throw new Error('LAYERSCOPE_TEST_DOCKER_CLI is not set: npm test sets it');
  const running = promisify(execFile)(command, ['-H', realEngine.host(), ...args], {
    encoding: 'buffer',
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, DOCKER_BUILDKIT: '1' },
  });
  if (input) await pipeline(input, running.child.stdin!);
  return (await running).stdout;
}

async function build(args: readonly string[], input?: Readable): Promise<string> {
  const image = (await docker(['build', '--quiet', ...args], input)).toString().trim();
  images.push(image);
  return image;
}

/** What the tar holds below `prefix`: kind, mode, size, target and name of each entry. */
async function listing(archive: Readable, prefix = ''): Promise<string[]> {
  const reader = extract();
  archive.pipe(reader);
  archive.once('error', (error) => reader.destroy(error));
  const lines: string[] = [];
  for await (const entry of reader) {
    const { name, type, mode, size, linkname } = entry.header;
    const path = name.replace(/\/$/, '');
    if (path.startsWith(prefix) && path.length > prefix.length) {
      lines.push(
        [
          type,
          type === 'symlink' ? '' : (mode! & 0o7777).toString(8),
          size,
          linkname ?? '',
          path.slice(prefix.length),
        ].join(' '),
      );
    }
    entry.resume();
  }
  return lines.sort();
}

/** The same of a folder in an image, without running anything in it. */
async function listingInImage(image: string, prefix: string): Promise<string[]> {
  const container = (await docker(['create', image, 'none'])).toString().trim();
  try {
    return await listing(Readable.from([await docker(['export', container])]), prefix);
  } finally {
    await docker(['rm', container]);
  }
}

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Only where Docker's versions agree; 20.10 takes `+` for a regular expression, and reads `c`, `!c/d`, `c` in its own way. */
const patterns = [
  ['nothing', ''],
  ['names', 'a\nb.txt\n/c/d/\n'],
  ['globs', '*.txt\n*/*.md\n**/node_modules\n?\n'],
  ['exceptions', '*\n!c\n!node_modules/keep\n**/*.md\n!c/d/in.md\n'],
  ['an exception before its rule', '!b.txt\n*.txt\n'],
  ['special characters', '[ab]*\n\\[x\\]\n'],
  ['spaces, comments and capitals', '  b.txt  \n#a\n #a\nA\n'],
  ['double stars', '**/d/**\n!**/in.md\nc**\n'],
] as const;

it.each(patterns)('sends what the docker command sends: %s', async (_, text) => {
  await using folder = await temporaryFolder();
  await put(folder.path, {
    Dockerfile: 'FROM scratch\nCOPY . /context/\n',
    'Dockerfile.dockerignore': `Dockerfile*\n${text}`,
    '.dockerignore': '**',
    a: '1',
    'b.txt': '22',
    'c/d/in.md': '333',
    'c/d/e/x.txt': '4444',
    'c/y.md': '',
    'c++/z': 'z',
    '[x]': 'brackets',
    '#a': 'hash',
    'node_modules/keep/k': 'k',
    'node_modules/m/n.md': 'n',
    'c/node_modules/o': 'o',
    'é 😀/<img>': 'name',
  });
  await chmod(join(folder.path, 'a'), 0o4755);
  await chmod(join(folder.path, 'c'), 0o700);
  await symlink('/etc/passwd', join(folder.path, 'link'));
  await symlink('c/d', join(folder.path, 'c/link.md'));

  const { stream, dockerfile } = await openBuildContext({
    contextDir: folder.path,
    dockerfilePath: join(folder.path, 'Dockerfile'),
  });
  const ours = (await listing(stream)).filter((line) => !line.endsWith(` ${dockerfile}`));
  const image = await build(['--no-cache', folder.path]);
  expect(ours).toEqual(await listingInImage(image, 'context/'));
});

it('builds any stage from the tar, also one without a name of its own', async () => {
  await using folder = await temporaryFolder();
  await put(folder.path, {
    Dockerfile: `FROM scratch
COPY one /0
FROM scratch AS x
COPY two /1
FROM x
COPY --from=0 /0 /2
FROM scratch AS X
COPY --from=1 /1 /3
FROM scratch
COPY --from=2 /2 /
COPY --from=x /3 /
`,
    one: '1',
    two: '22',
  });
  const { dockerfiles } = await openProject(folder.path);
  const { source, targetOf } = stageTargets(dockerfiles[0]!);
  const names = await Promise.all(
    dockerfiles[0]!.stages.map(async ({ index }) => {
      const { stream, dockerfile } = await openBuildContext({
        contextDir: folder.path,
        dockerfilePath: join(folder.path, 'Dockerfile'),
        ...(source !== undefined && { dockerfileSource: source }),
      });
      const target = targetOf(index);
      const image = await build(
        ['--file', dockerfile, ...(target === undefined ? [] : ['--target', target]), '-'],
        stream,
      );
      return (await listingInImage(image, ''))
        .filter((line) => / \d$/.test(line))
        .map((line) => line.slice(-1))
        .sort();
    }),
  );
  expect(names).toEqual([['0'], ['1'], ['1', '2'], ['3'], ['2', '3']]);
});
