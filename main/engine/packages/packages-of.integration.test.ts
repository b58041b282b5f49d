import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive } from '../archive/open-archive.ts';
import { carriedBytes, type Filesystem, isLeaf } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { docker, temporaryFolder } from '../testing/real-engine.ts';
import { packagesOf } from './packages-of.ts';

// Beside a second opinion from inside the image: dpkg and go themselves.

const tag = 'layerscope-packages-test:1';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fs: Filesystem;

const dockerfile = `FROM golang:1.22
WORKDIR /src
COPY go.mod main.go /src/
RUN go build -o /usr/local/bin/hello . && go build -ldflags '-s -w' -o /usr/local/bin/stripped .
COPY app /srv/app
`;

const files: Readonly<Record<string, string>> = {
  Dockerfile: dockerfile,
  'go.mod': 'module example.org/hello\n\ngo 1.18\n',
  'main.go': 'package main\n\nfunc main() { println("hello") }\n',
  'app/node_modules/left/package.json': '{"name":"left","version":"1.3.0"}',
  'app/node_modules/left/index.js': 'module.exports = 1;\n',
  'app/node_modules/.package-lock.json': '{"packages":{"node_modules/left":{"version":"1.3.0","dev":true}}}',
};

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder.path, path, '..'), { recursive: true });
    await writeFile(join(folder.path, path), content);
  }
  await docker('build', '--network', 'host', '-t', tag, folder.path);
  const path = join(folder.path, 'image.tar');
  await docker('save', '-o', path, tag);
  const { images, warnings } = await openArchive(path, { verify: true });
  expect(warnings).toEqual([]);
  fs = mergeLayers(images[0]!.layers.map(({ index }) => index));
  expect(fs.warnings).toEqual([]);
});

afterAll(async () => {
  await docker('image', 'rm', '--force', tag);
  await folder[Symbol.asyncDispose]();
});

const inside = async (script: string) =>
  (await docker('run', '--rm', tag, 'sh', '-c', script)).split('\n').filter((line) => line !== '');

describe('the packages of a real image', () => {
  it('are those that dpkg tells', async () => {
    const found = packagesOf(fs).list.filter(({ ecosystem }) => ecosystem === 'dpkg');
    const told = await inside('dpkg-query -W | tr "\\t" " "');
    expect(told.length).toBeGreaterThan(50);
    expect(found.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      told.map((line) => line.replace(/:\w+ /, ' ')).sort(),
    );
  });

  it('have the files that dpkg lists and that are there', async () => {
    const listed = await inside('cat /var/lib/dpkg/info/*.list | sort -u');
    const there = new Set(await inside('find / -xdev ! -type d'));
    // `/bin` and its like are links into `/usr`; lists have the paths of before.
    const linked = await inside('find / -maxdepth 1 -type l');
    const told = listed
      .map((path) => (linked.some((link) => path.startsWith(`${link}/`)) ? `/usr${path}` : path))
      .filter((path) => there.has(path));
    const { list, ofNode } = packagesOf(fs);
    const owned: string[] = [];
    for (let node = 1; node < fs.tree.count; node++) {
      if (!isLeaf(fs, node) || list[ofNode[node]!]?.ecosystem !== 'dpkg') continue;
      const { path } = pathOf(fs, node);
      // dpkg's own records of a package, and what was compiled of its Python files, are on no list.
      if (!path.startsWith('/var/lib/dpkg/') && !path.endsWith('.pyc')) owned.push(path);
    }
    expect(owned.length).toBeGreaterThan(5000);
    expect(owned.sort()).toEqual([...new Set(told)].sort());
  });

  it('are programs that go built, as it says itself', async () => {
    const { list, ofNode } = packagesOf(fs);
    const found = list.filter(({ ecosystem }) => ecosystem === 'go');
    const programs = found.map(({ path, name, version }) => ({ path, name, version }));
    expect(programs).toEqual([
      { path: '/usr/local/bin/hello', name: 'example.org/hello', version: null },
      { path: '/usr/local/bin/stripped', name: 'example.org/hello', version: null },
    ]);
    const told = await inside('go version -m /usr/local/bin/hello');
    expect(told.some((line) => /^\tmod\texample\.org\/hello\t\(devel\)/.test(line))).toBe(true);
    // Go's own tools are Debian's.
    const go = [...ofNode.keys()].find((node) => pathOf(fs, node).path === '/usr/lib/go-1.19/bin/go')!;
    expect(list[ofNode[go]!]!.id).toBe('dpkg:golang-1.19-go');
  });

  it('are packages of npm, with what is there for development, and all sums to what is live', async () => {
    const { list, ofNode } = packagesOf(fs);
    expect(list.find(({ ecosystem }) => ecosystem === 'npm')).toEqual({
      id: 'npm:/srv/app/node_modules/left',
      ecosystem: 'npm',
      name: 'left',
      version: '1.3.0',
      path: '/srv/app/node_modules/left',
      development: true,
    });
    const bytes = new Float64Array(list.length + 1);
    for (const [node, owner] of ofNode.entries()) bytes[owner + 1]! += carriedBytes(fs, node);
    expect(bytes.reduce((sum, owned) => sum + owned, 0)).toBe(fs.totals!.live);
    // Most of such an image is of some package.
    expect(bytes[0]).toBeLessThan(fs.totals!.live / 4);
  });
});
