import { describe, expect, it } from 'vitest';
import { buildLayerIndex, type TestEntry } from '../archive/testing/build-layer.ts';
import { goProgram } from '../archive/testing/go-program.ts';
import { ndbDatabase, rpmHeader, sqliteDatabase } from '../archive/testing/rpm-databases.ts';
import { fileAt } from '../filesystem/file-at.ts';
import { type Filesystem, isLeaf } from '../filesystem/filesystem.ts';
import { mergeLayers } from '../filesystem/merge-layers.ts';
import { pathOf } from '../filesystem/path-text.ts';
import { selectFiles } from '../filesystem/select-files.ts';
import { packagesOf, withPackages } from './packages-of.ts';

const filesystemOf = async (...layers: readonly TestEntry[][]): Promise<Filesystem> =>
  mergeLayers(await Promise.all(layers.map(buildLayerIndex)));

/** The paths of each package by its id, and under `none` those of no package. */
function ownedPaths(fs: Filesystem): Record<string, string[]> {
  const { list, ofNode } = packagesOf(fs);
  const owned: Record<string, string[]> = Object.fromEntries(list.map(({ id }) => [id, []]));
  for (let node = 1; node < fs.tree.count; node++) {
    if (!isLeaf(fs, node)) continue;
    const id = list[ofNode[node]!]?.id ?? 'none';
    owned[id] = [...(owned[id] ?? []), pathOf(fs, node).path];
  }
  return owned;
}

const owned = async (...layers: readonly TestEntry[][]) => ownedPaths(await filesystemOf(...layers));
const packages = async (...layers: readonly TestEntry[][]) => packagesOf(await filesystemOf(...layers)).list;
const files = (...paths: readonly string[]): TestEntry[] => paths.map((path) => ({ path, content: path }));

/** A status file of packages such as `libc6 2.36 amd64`. */
const status = (...names: readonly string[]): TestEntry => ({
  path: 'var/lib/dpkg/status',
  content: names
    .map((text) => {
      const [name, version = '1', architecture = 'all'] = text.split(' ');
      return `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: ${architecture}\n`;
    })
    .join('\n'),
});
const list = (name: string, ...paths: readonly string[]): TestEntry => ({
  path: `var/lib/dpkg/info/${name}.list`,
  content: paths.map((path) => `${path}\n`).join(''),
});
const packageJson = (folder: string, name = 'x', version = '1'): TestEntry => ({
  path: `${folder}/package.json`,
  content: JSON.stringify({ name, version }),
});

describe('packages of dpkg', () => {
  const base = [
    ...files('etc/a.conf', 'usr/bin/a', 'usr/bin/b', 'usr/lib/x/y', 'usr/bin/nobody'),
    { path: 'bin', type: 'symlink', target: 'usr/bin' },
    list('a', '/.', '/etc', '/etc/a.conf', '/usr', '/usr/bin', '/usr/bin/a'),
    list('b:amd64', '/bin/b', '/usr/lib/x', '/usr/lib/x/y', '/usr/bin/missing'),
    ...files('var/lib/dpkg/info/a.postinst', 'var/lib/dpkg/info/b:amd64.md5sums'),
    status('a 1.0', 'b 2.0 amd64'),
  ] satisfies TestEntry[];

  it('are those of the status file, with the files of their lists, also by way of links', async () => {
    expect(await owned(base)).toEqual({
      'dpkg:a': ['/etc/a.conf', '/usr/bin/a', '/var/lib/dpkg/info/a.list', '/var/lib/dpkg/info/a.postinst'],
      'dpkg:b': [
        '/usr/bin/b',
        '/usr/lib/x/y',
        '/var/lib/dpkg/info/b:amd64.list',
        '/var/lib/dpkg/info/b:amd64.md5sums',
      ],
      none: ['/usr/bin/nobody', '/bin', '/var/lib/dpkg/status'],
    });
    expect((await packages(base))[1]).toEqual({
      id: 'dpkg:b',
      ecosystem: 'dpkg',
      name: 'b',
      version: '2.0',
      path: '/var/lib/dpkg/status',
      development: false,
    });
  });

  it('are those of the newest status and lists, whichever layers these are in', async () => {
    const upgraded = [
      ...files('usr/bin/c', 'usr/bin/a'),
      list('c', '/usr/bin/c'),
      status('a 1.1', 'b 2.0 amd64', 'c 3'),
    ];
    const found = await owned(base, upgraded, [{ path: 'var/lib/dpkg/info/.wh.b:amd64.list' }]);
    expect(found['dpkg:a']).toContain('/etc/a.conf');
    expect(found['dpkg:b']).toEqual(['/var/lib/dpkg/info/b:amd64.md5sums']);
    expect(found['dpkg:c']).toEqual(['/usr/bin/c', '/var/lib/dpkg/info/c.list']);
    const versions = (await packages(base, upgraded)).map(({ name, version }) => `${name} ${version}`);
    expect(versions).toEqual(['a 1.1', 'b 2.0', 'c 3']);
  });

  it('are none any more when the database is deleted', async () => {
    expect(await packages(base, [{ path: 'var/lib/.wh.dpkg' }])).toEqual([]);
  });

  it('are of several architectures', async () => {
    const found = await owned([
      ...files('usr/lib/a/libc.so', 'usr/lib/b/libc.so'),
      list('libc6:amd64', '/usr/lib/a/libc.so'),
      list('libc6:i386', '/usr/lib/b/libc.so'),
      status('libc6 2 amd64', 'libc6 2 i386'),
    ]);
    expect(found['dpkg:libc6']).toContain('/usr/lib/a/libc.so');
    expect(found['dpkg:libc6:i386']).toContain('/usr/lib/b/libc.so');
  });

  it('are in files of their own in distroless images', async () => {
    expect(
      await owned([
        ...files('etc/os-release', 'usr/share/x'),
        { path: 'var/lib/dpkg/status.d/base', content: 'Package: base-files\nVersion: 12\n' },
        { path: 'var/lib/dpkg/status.d/base.md5sums', content: `${'0'.repeat(32)}  etc/os-release\n` },
      ]),
    ).toEqual({
      'dpkg:base-files': [
        '/etc/os-release',
        '/var/lib/dpkg/status.d/base',
        '/var/lib/dpkg/status.d/base.md5sums',
      ],
      none: ['/usr/share/x'],
    });
  });

  it('of a folder that a system was installed into are its own, with links that stay in there', async () => {
    const found = await owned(
      [...files('usr/bin/a'), list('a', '/usr/bin/a'), status('a')],
      [status('a'), list('a', '/usr/bin/a'), ...files('usr/bin/a')].map((entry) => ({
        ...entry,
        path: `rootfs/${entry.path}`,
      })),
    );
    expect(found['dpkg:a']).toContain('/usr/bin/a');
    expect(found['dpkg:/rootfs/a']).toContain('/rootfs/usr/bin/a');
  });
});

describe('packages of apk and rpm', () => {
  const installed = 'P:musl\nV:1.2\nF:lib\nR:ld.so\nF:usr/lib\nR:libc.so\n\nP:none\nV:1\n';

  it.each(['lib/apk/db/installed', 'usr/lib/apk/db/installed'])('are read from %s', async (path) => {
    expect(await owned([...files('lib/ld.so', 'usr/lib/libc.so'), { path, content: installed }])).toEqual({
      'apk:musl': ['/lib/ld.so', '/usr/lib/libc.so'],
      'apk:none': [],
      none: [`/${path}`],
    });
  });

  it.each(['var/lib/rpm', 'usr/share/rpm', 'usr/lib/sysimage/rpm'])('are read from %s', async (folder) => {
    const newest = sqliteDatabase([rpmHeader({ name: 'bash', files: ['/usr/bin/bash'] })]);
    const older = ndbDatabase([rpmHeader({ name: 'old', files: ['/usr/bin/bash'] })]);
    const found = await owned([
      ...files('usr/bin/bash'),
      { path: `${folder}/Packages.db`, content: older },
      { path: `${folder}/rpmdb.sqlite`, content: newest },
    ]);
    expect(found).toEqual({
      'rpm:bash': ['/usr/bin/bash'],
      none: [`/${folder}/Packages.db`, `/${folder}/rpmdb.sqlite`],
    });
  });
});

describe('packages of npm', () => {
  const tree = [
    packageJson('app', 'app'),
    packageJson('app/node_modules/a', 'a', '1.0'),
    ...files('app/node_modules/a/index.js', 'app/node_modules/.bin/a'),
    packageJson('app/node_modules/a/node_modules/@s/b', '@s/b', '2.0'),
    ...files('app/node_modules/a/node_modules/@s/b/lib/b.js', 'app/node_modules/a/node_modules/.cache/x'),
    packageJson('app/node_modules/a/test/fixture', 'no'),
    packageJson('app/node_modules/alias', 'other'),
    { path: 'app/node_modules/nameless/package.json', content: '{}' },
    { path: 'app/node_modules/linked', type: 'symlink', target: '../a' },
  ] satisfies TestEntry[];

  it('have the files of the innermost folder', async () => {
    expect(await owned(tree)).toEqual({
      'npm:/app/node_modules/a': [
        '/app/node_modules/a/package.json',
        '/app/node_modules/a/index.js',
        '/app/node_modules/a/node_modules/.cache/x',
        '/app/node_modules/a/test/fixture/package.json',
      ],
      'npm:/app/node_modules/a/node_modules/@s/b': [
        '/app/node_modules/a/node_modules/@s/b/package.json',
        '/app/node_modules/a/node_modules/@s/b/lib/b.js',
      ],
      'npm:/app/node_modules/alias': ['/app/node_modules/alias/package.json'],
      'npm:/app/node_modules/nameless': ['/app/node_modules/nameless/package.json'],
      none: ['/app/package.json', '/app/node_modules/.bin/a', '/app/node_modules/linked'],
    });
    const names = (await packages(tree)).map(({ name, version }) => `${name} ${version}`);
    expect(names).toEqual(['a 1.0', '@s/b 2.0', 'other 1', 'nameless null']);
  });

  it('are there for development where a lock says so, first the one that npm writes of what is there', async () => {
    const lock = (path: string, ...dev: readonly string[]): TestEntry => ({
      path,
      content: JSON.stringify({ packages: Object.fromEntries(dev.map((folder) => [folder, { dev: true }])) }),
    });
    const development = async (...more: readonly TestEntry[]) =>
      (await packages(tree, [...more])).filter(({ development }) => development).map(({ name }) => name);
    const project = lock(
      'app/package-lock.json',
      'node_modules/alias',
      'node_modules/nameless',
      'node_modules/absent',
    );
    const installed = lock('app/node_modules/.package-lock.json', 'node_modules/a/node_modules/@s/b');
    expect(await development()).toEqual([]);
    expect(await development(project)).toEqual(['other', 'nameless']);
    expect(await development(project, installed)).toEqual(['@s/b']);
    expect(await development(installed, project)).toEqual(['@s/b']);
  });
});

describe('packages of Python', () => {
  const site = 'usr/local/lib/python3.12/site-packages';

  it('have what their list says, their metadata, and what was compiled of it', async () => {
    expect(
      await owned([
        ...files(
          `${site}/six.py`,
          `${site}/__pycache__/six.cpython-312.pyc`,
          `${site}/__pycache__/no.cpython-312.pyc`,
        ),
        ...files('usr/local/bin/six', `${site}/six-1.dist-info/licenses/LICENSE`, `${site}/stray.py`),
        { path: `${site}/six-1.dist-info/METADATA`, content: 'Name: six\nVersion: 1\n' },
        {
          path: `${site}/six-1.dist-info/RECORD`,
          content: 'six.py,,\n../../../bin/six,,\n../../../../../etc,,\n',
        },
      ]),
    ).toEqual({
      [`python:/${site}/six`]: [
        `/${site}/six.py`,
        `/${site}/__pycache__/six.cpython-312.pyc`,
        '/usr/local/bin/six',
        `/${site}/six-1.dist-info/licenses/LICENSE`,
        `/${site}/six-1.dist-info/METADATA`,
        `/${site}/six-1.dist-info/RECORD`,
      ],
      none: [`/${site}/__pycache__/no.cpython-312.pyc`, `/${site}/stray.py`],
    });
  });

  it('of old tools have lists of other kinds', async () => {
    const egg = (name: string): TestEntry => ({
      path: `root/.local/${name}.egg-info/PKG-INFO`,
      content: `Name: ${name}\nVersion: 1\n`,
    });
    const found = await owned([
      ...files('root/.local/a/x.py', 'root/.local/b.py', 'root/.local/c/x.py', 'root/.local/c/y.py'),
      egg('a'),
      { path: 'root/.local/a.egg-info/top_level.txt', content: 'a\nb\n' },
      egg('c'),
      { path: 'root/.local/c.egg-info/top_level.txt', content: 'c\n' },
      { path: 'root/.local/c.egg-info/installed-files.txt', content: '../c/x.py\nPKG-INFO\n' },
      { path: 'root/.local/d-1.egg-info', content: 'Name: d\nVersion: 1\n' },
    ]);
    expect(found['python:/root/.local/a']).toEqual(
      expect.arrayContaining(['/root/.local/a/x.py', '/root/.local/b.py']),
    );
    expect(found['python:/root/.local/c']).toContain('/root/.local/c/x.py');
    expect(found['python:/root/.local/d']).toEqual(['/root/.local/d-1.egg-info']);
    expect(found.none).toEqual(['/root/.local/c/y.py']);
  });
});

describe('packages of Composer and RubyGems', () => {
  it('have the folders that are said', async () => {
    const packages = [
      { name: 'a/b', version: '1', 'install-path': '../a/b' },
      { name: 'dev/tool', version: '2', 'install-path': '../dev/tool' },
      { name: 'all/of-it', version: '3', 'install-path': '../../' },
      { name: 'outside/it', version: '4', 'install-path': '../../../../../..' },
      { name: 'meta/package', version: '5', 'install-path': null },
    ];
    const fs = await filesystemOf([
      ...files('app/vendor/a/b/x.php', 'app/vendor/dev/tool/y.php', 'app/vendor/autoload.php'),
      {
        path: 'app/vendor/composer/installed.json',
        content: JSON.stringify({ packages, 'dev-package-names': ['dev/tool'] }),
      },
    ]);
    expect(ownedPaths(fs)).toEqual({
      'composer:/app/vendor/a/b': ['/app/vendor/a/b/x.php'],
      'composer:/app/vendor/dev/tool': ['/app/vendor/dev/tool/y.php'],
      'composer:/app/vendor/all/of-it': [],
      'composer:/app/vendor/outside/it': [],
      'composer:/app/vendor/meta/package': [],
      none: ['/app/vendor/autoload.php', '/app/vendor/composer/installed.json'],
    });
    expect(packagesOf(fs).list.map(({ path, development }) => [path, development])).toEqual([
      ['/app/vendor/a/b', false],
      ['/app/vendor/dev/tool', true],
      ['/app/vendor/composer/installed.json', false],
      ['/app/vendor/composer/installed.json', false],
      ['/app/vendor/composer/installed.json', false],
    ]);
  });

  it('of RubyGems have all that their name leads to', async () => {
    const home = 'usr/local/bundle';
    const gem = (full: string, name: string, version: string): TestEntry => ({
      path: `${home}/specifications/${full}.gemspec`,
      content: `# -*- encoding: utf-8 -*-\n# stub: ${name} ${version} ruby lib\n`,
    });
    expect(
      await owned([
        gem('rack-2.0', 'rack', '2.0'),
        gem('rack-3.0', 'rack', '3.0'),
        gem('nio-1-x86_64-linux', 'nio', '1'),
        ...files(`${home}/gems/rack-2.0/lib/rack.rb`, `${home}/gems/rack-3.0/lib/rack.rb`),
        ...files(`${home}/cache/rack-2.0.gem`, `${home}/doc/rack-2.0/x`, `${home}/build_info/x`),
        ...files(`${home}/extensions/x86_64-linux/3.2.0/nio-1-x86_64-linux/nio.so`),
      ]),
    ).toEqual({
      'gem:/usr/local/bundle/rack': [
        `/${home}/specifications/rack-2.0.gemspec`,
        `/${home}/gems/rack-2.0/lib/rack.rb`,
        `/${home}/cache/rack-2.0.gem`,
        `/${home}/doc/rack-2.0/x`,
      ],
      'gem:/usr/local/bundle/rack@3.0': [
        `/${home}/specifications/rack-3.0.gemspec`,
        `/${home}/gems/rack-3.0/lib/rack.rb`,
      ],
      'gem:/usr/local/bundle/nio': [
        `/${home}/specifications/nio-1-x86_64-linux.gemspec`,
        `/${home}/extensions/x86_64-linux/3.2.0/nio-1-x86_64-linux/nio.so`,
      ],
      none: [`/${home}/build_info/x`],
    });
  });
});

describe('packages that are one file', () => {
  it('are programs that Go built and archives of Java', async () => {
    const fs = await filesystemOf([
      { path: 'bin/app', content: goProgram({ lines: ['path\ta/cmd', 'mod\ta\tv1'] }), mode: 0o755 },
      ...files(
        'app/lib/spring-core-6.1.2.jar',
        'app/app.jar',
        'app/x.war',
        'app/.jar',
        'app/y.tar',
        'app/jar',
      ),
      ...files('app/log4j-1.2-api-2.20.0.jar'),
      // A folder of that name is none.
      { path: 'app/z.jar/' },
    ]);
    expect(packagesOf(fs).list.map(({ id, name, version }) => [id, name, version])).toEqual([
      ['go:/bin/app', 'a', 'v1'],
      ['java:/app/lib/spring-core-6.1.2.jar', 'spring-core', '6.1.2'],
      ['java:/app/app.jar', 'app', null],
      ['java:/app/x.war', 'x', null],
      ['java:/app/log4j-1.2-api-2.20.0.jar', 'log4j', '1.2-api-2.20.0'],
    ]);
    expect(ownedPaths(fs).none).toEqual(['/app/.jar', '/app/y.tar', '/app/jar']);
  });
});

describe('a file that several claim', () => {
  const site = 'usr/lib/python3/dist-packages';
  const metadata: TestEntry = { path: `${site}/p-1.dist-info/METADATA`, content: 'Name: p\nVersion: 1\n' };
  const record: TestEntry = {
    path: `${site}/p-1.dist-info/RECORD`,
    content: 'p/x.jar,,\np/node_modules/a/package.json,,\n',
  };
  const inside = [
    packageJson(`${site}/p/node_modules/a`),
    ...files(`${site}/p/x.jar`, `${site}/p/node_modules/a/b.js`),
  ];

  it("is of the system's package, which has all that came with it", async () => {
    const paths = [metadata, record, ...inside].map(({ path }) => `/${path}`);
    const found = await owned([metadata, record, ...inside, list('p', ...paths), status('p')]);
    expect(Object.keys(found)).toEqual(['dpkg:p', 'none']);
    expect(found['dpkg:p']).toEqual(expect.arrayContaining(paths));
  });

  it('is of the Python package whose list has it, then of the innermost folder, then its own', async () => {
    const found = await owned([metadata, record, ...inside, ...files('other.jar')]);
    expect(Object.keys(found)).toEqual([`python:/${site}/p`, 'java:/other.jar', 'none']);
    expect(found[`python:/${site}/p`]).toContain(`/${site}/p/node_modules/a/package.json`);
    expect(found.none).toEqual([`/${site}/p/node_modules/a/b.js`]);
  });

  it('is of the package that is first', async () => {
    const found = await owned([
      ...files('usr/bin/x'),
      list('b', '/usr/bin/x'),
      list('a', '/usr/bin/x'),
      status('a', 'b'),
    ]);
    expect(found['dpkg:b']).toContain('/usr/bin/x');
    expect(found['dpkg:a']).not.toContain('/usr/bin/x');
  });

  it('is of one package under all its names', async () => {
    const found = await owned([
      ...files('usr/bin/perl', 'opt/store/abc'),
      { path: 'usr/bin/perl5.36', type: 'link', target: 'usr/bin/perl' },
      { path: 'usr/bin/unlisted', type: 'link', target: 'usr/bin/perl' },
      list('perl', '/usr/bin/perl', '/usr/bin/perl5.36'),
      status('perl'),
      packageJson('srv/node_modules/a'),
      { path: 'srv/node_modules/a/index.js', type: 'link', target: 'opt/store/abc' },
    ]);
    expect(found['dpkg:perl']).toEqual(
      expect.arrayContaining(['/usr/bin/perl', '/usr/bin/perl5.36', '/usr/bin/unlisted']),
    );
    expect(found['npm:/srv/node_modules/a']).toEqual([
      '/opt/store/abc',
      '/srv/node_modules/a/package.json',
      '/srv/node_modules/a/index.js',
    ]);
  });
});

describe('hostile records', () => {
  it('lead nowhere out of the image, nor in circles', async () => {
    const found = await owned([
      { path: 'loop', type: 'symlink', target: 'loop' },
      { path: 'up', type: 'symlink', target: '../../..' },
      ...files('etc/passwd', 'x'),
      list(
        'a',
        '/loop/x',
        '/../../etc/passwd',
        '/up/x',
        '/x/y',
        '//',
        '',
        '..',
        '/etc/../x/..',
        `/${'a/'.repeat(3000)}`,
      ),
      status('a'),
    ]);
    expect(found['dpkg:a']).toEqual(['/etc/passwd', '/x', '/var/lib/dpkg/info/a.list']);
  });

  it('name a package often without harm, and each has an id of its own', async () => {
    const many = status(...Array.from({ length: 20_000 }, (_, number) => `a ${number % 2}`));
    const found = await packages([many]);
    expect(found).toHaveLength(20_000);
    expect(new Set(found.map(({ id }) => id)).size).toBe(20_000);
    expect(found.slice(0, 3).map(({ id }) => id)).toEqual(['dpkg:a', 'dpkg:a:all', 'dpkg:a:all@0']);
  });

  it('have paths that are too long left out', async () => {
    const deep = `${'d'.repeat(90)}/`.repeat(50);
    expect(await packages([packageJson(`${deep}node_modules/a`), ...files(`${deep}x.jar`)])).toEqual([]);
  });
});

it('filters files, of which none that is gone has a package, and is said of each', async () => {
  const fs = await filesystemOf(
    [...files('node_modules/a/x', 'node_modules/a/y', 'z'), packageJson('node_modules/a')],
    [{ path: 'node_modules/a/.wh.x' }],
  );
  const filter = { package: 'npm:/node_modules/a' };
  expect(selectFiles(fs, filter).bytes(0)).toBe(
    Buffer.byteLength('node_modules/a/y{"name":"x","version":"1"}'),
  );
  expect(selectFiles(fs, { causes: ['deleted'] }).bytes(0)).toBe('node_modules/a/x'.length);
  expect(selectFiles(fs, { ...filter, causes: ['deleted'] }).bytes(0)).toBe(0);
  expect(selectFiles(fs, { ...filter, changes: ['removed'] }).bytes(0)).toBe(0);
  expect(fileAt(fs, { path: '/node_modules/a/y' })?.package).toEqual({
    id: 'npm:/node_modules/a',
    ecosystem: 'npm',
    name: 'x',
    version: '1',
  });
  expect(fileAt(fs, { path: '/node_modules/a' })).not.toHaveProperty('package');
  expect(fileAt(fs, { path: '/z' })).not.toHaveProperty('package');
});

it('is found once for each image', async () => {
  const fs = await filesystemOf([status('a')]);
  expect(packagesOf(fs)).toBe(packagesOf(fs));
});

describe('an image that is handed on', () => {
  it('has its packages with it, and nobody looks for them again', async () => {
    const fs = await filesystemOf([
      status('libc6 2.36 amd64'),
      list('libc6', '/lib/libc.so'),
      ...files('lib/libc.so', 'opt/a.jar'),
    ]);
    // Without its layers there is nothing to look in.
    const arrived = { ...structuredClone(withPackages(fs)), layers: [] };
    expect(packagesOf(fs).list.map(({ id }) => id)).toEqual(['dpkg:libc6', 'java:/opt/a.jar']);
    expect(packagesOf(arrived)).toEqual({ ...packagesOf(fs) });
  });
});
