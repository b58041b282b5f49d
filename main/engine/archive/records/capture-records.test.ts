import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLimits } from '../limits.ts';
import { buildLayer, buildLayerIndex, indexTar, type TestEntry } from '../testing/build-layer.ts';
import { goProgram } from '../testing/go-program.ts';
import { listRecords } from '../testing/list-records.ts';
import { berkeleyDatabase, ndbDatabase, rpmHeader, sqliteDatabase } from '../testing/rpm-databases.ts';

const recordsOf = async (entries: readonly TestEntry[]) => listRecords(await buildLayerIndex(entries));
const recordOf = async (path: string, content: string | Uint8Array) =>
  Object.values(await recordsOf([{ path, content }]))[0];

describe('what is kept of', () => {
  it('a status file: the packages that are there', async () => {
    const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Version: 2.36-9
Description: library
 Package: no key but text
 .

Package: gone
Status: deinstall ok config-files
Version: 1

Package: never
Status: purge ok not-installed

Package: half
Status: install ok half-configured
Version: 3\n`;
    expect(await recordOf('var/lib/dpkg/status', status)).toEqual([
      'DpkgStatus',
      'plibc6 2.36-9  amd64',
      'phalf 3',
    ]);
    const distroless = 'Package: base-files\r\nVersion: 12.4\r\nArchitecture: all\r\n';
    expect(await recordOf('./var/lib/dpkg/status.d/base', distroless)).toEqual([
      'DpkgStatus',
      'pbase-files 12.4  all',
    ]);
  });

  it('a list of files: what is no directory, by directory', async () => {
    const list =
      '/.\n/usr\n/usr/bin\n/usr/bin/a\n/usr/bin/b\n/usr/share\n/usr/share/doc\n/usr/bin/c\n/etc/a b';
    expect(await recordOf('var/lib/dpkg/info/a.list', `${list}\n`)).toEqual([
      'DpkgFiles',
      'd/',
      'f.',
      'd/usr/bin/',
      'fa',
      'fb',
      // An empty directory cannot be told from a file.
      'd/usr/share/',
      'fdoc',
      'd/usr/bin/',
      'fc',
      'd/etc/',
      'fa b',
    ]);
    const sums =
      'd41d8cd98f00b204e9800998ecf8427e  usr/bin/a\nno sum\nd41d8cd98f00b204e9800998ecf8427e  etc/b\n';
    expect(await recordOf('var/lib/dpkg/status.d/a.md5sums', sums)).toEqual([
      'DpkgFiles',
      'd/usr/bin/',
      'fa',
      'd/etc/',
      'fb',
    ]);
  });

  it("apk's database", async () => {
    const installed = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1xyz=
F:usr
F:usr/lib
R:libc.so

P:empty
V:1

P:last
V:2
F:etc
R:last.conf\n`;
    expect(await recordOf('lib/apk/db/installed', installed)).toEqual([
      'Apk',
      'pmusl 1.2.5-r0',
      'd/lib',
      'fld-musl-x86_64.so.1',
      'd/usr',
      'd/usr/lib',
      'flibc.so',
      'pempty 1',
      'plast 2',
      'd/etc',
      'flast.conf',
    ]);
  });

  it("rpm's database", async () => {
    const database = sqliteDatabase([rpmHeader({ name: 'bash', files: ['/bin/sh'] })]);
    const lines = ['Rpm', 'pbash 1-2  x86_64', 'd/bin/', 'fsh'];
    expect(await recordOf('var/lib/rpm/rpmdb.sqlite', database)).toEqual(lines);
  });

  it.each([
    ['{"name":"a","version":"1.2.3"}', 'pa 1.2.3'],
    ['\ufeff { "version" : "1" ,\n"x":{"name":"b","version":"2"},"y":["name"],"name":"@s/a" }', 'p@s/a 1'],
    ['{"description":"\\"name\\": \\\\","name":"\\u00e4"}', 'pä'],
    ['{"name":7,"version":null}', 'p'],
    ['{"version":"1","name":"a\\tb\\nc"}', 'pa\ufffdb\ufffdc 1'],
    ['{"name":"a","version":', 'pa'],
    ['{"name":"a', 'p'],
    ['no json', 'p'],
    ['[{"name":"a"}]', 'p'],
    ['{"name":"a","name":"b","x":"name","version":"1"}', 'pb 1'],
    ['{"name":{"name":"c"},"y":[[{"version":"0"}]],"version":"1"}', 'p 1'],
  ])('a package.json such as %s', async (json, line) => {
    expect(await recordOf('app/node_modules/a/package.json', json)).toEqual(['Npm', line]);
  });

  it('locks: what is there for development only', async () => {
    const packages = {
      '': { name: 'app' },
      'node_modules/a': { version: '1' },
      'node_modules/b': { version: '1', dev: true },
      'node_modules/b/node_modules/a': { version: '2', dev: true, optional: true },
    };
    const newer = JSON.stringify({ lockfileVersion: 3, packages });
    expect(await recordOf('app/package-lock.json', newer)).toEqual([
      'NpmLock',
      'tnode_modules/b',
      'tnode_modules/b/node_modules/a',
    ]);
    expect(await recordOf('node_modules/.package-lock.json', newer)).toEqual([
      'NpmLock',
      't../node_modules/b',
      't../node_modules/b/node_modules/a',
    ]);
    const dependencies = {
      a: { dependencies: { c: { dev: false } } },
      b: { dev: true, dependencies: { a: { dev: true } } },
    };
    expect(
      await recordOf('app/package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies })),
    ).toEqual(['NpmLock', 'tnode_modules/b', 'tnode_modules/b/node_modules/a']);
  });

  it('metadata of Python, and lists of files', async () => {
    const metadata =
      'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\nSummary: x\n\nName: not\nVersion: this\n';
    for (const path of ['six-1.16.0.dist-info/METADATA', 'six.egg-info/PKG-INFO', 'six-1.16.egg-info']) {
      expect(await recordOf(`site/${path}`, metadata)).toEqual(['PythonMetadata', 'psix 1.16.0']);
    }
    const record = 'six.py,sha256=abc,100\n../../../bin/six,,\n"a,""b"".py",,\nsub/x.py,sha256=,\n/opt/x,,\n';
    expect(await recordOf('site/six-1.16.0.dist-info/RECORD', record)).toEqual([
      'PythonFiles',
      'd../',
      'fsix.py',
      'd../../../../bin/',
      'fsix',
      'd../',
      'fa,"b".py',
      'd../sub/',
      'fx.py',
      'd/opt/',
      'fx',
    ]);
    expect(await recordOf('site/six.egg-info/installed-files.txt', '../six.py\nPKG-INFO\n')).toEqual([
      'PythonFiles',
      'd../',
      'fsix.py',
      'd',
      'fPKG-INFO',
    ]);
    expect(await recordOf('site/six.egg-info/top_level.txt', 'six\n../up\n\n_six\n')).toEqual([
      'PythonFiles',
      't../six',
      'd../',
      'fsix.py',
      't../_six',
      'f_six.py',
    ]);
  });

  it('packages of Composer', async () => {
    const packages = [
      { name: 'monolog/monolog', version: '3.5.0', 'install-path': '../monolog/monolog', type: 'library' },
      { name: 'phpunit/phpunit', version: '10.1', 'install-path': '../phpunit/phpunit' },
      { name: 'some/meta', version: '1', 'install-path': null },
    ];
    const newer = JSON.stringify({ packages, dev: true, 'dev-package-names': ['phpunit/phpunit'] });
    expect(await recordOf('app/vendor/composer/installed.json', newer)).toEqual([
      'Composer',
      'pmonolog/monolog 3.5.0',
      't../monolog/monolog',
      'pphpunit/phpunit 10.1 1',
      't../phpunit/phpunit',
      'psome/meta 1',
    ]);
    const older = JSON.stringify([{ name: 'a/b', version: 'v1' }]);
    expect(await recordOf('vendor/composer/installed.json', older)).toEqual([
      'Composer',
      'pa/b v1',
      't../a/b',
    ]);
  });

  it.each([
    [
      '# -*- encoding: utf-8 -*-\n# stub: rack 2.2.7 ruby lib\n\nGem::Specification.new do |s|\n',
      'prack 2.2.7',
    ],
    ['Gem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "2.2"\nend\n', 'prack 2.2'],
    ["Gem::Specification.new do |s|\n  s.name        = 'rack'\n  s.version = Rack::VERSION\nend\n", 'prack'],
  ])('a gemspec such as %j', async (text, line) => {
    expect(await recordOf('gems/specifications/rack-2.2.7.gemspec', text)).toEqual(['Gem', line]);
  });

  it('an archive of Java: its name, and where that has no version its manifest', async () => {
    const manifest = `Manifest-Version: 1.0\r\nImplementation-Title: shop\r\nImplementation-Version: 1.4.2\r\n\r\nName: x/\r\nBundle-Version: 9\r\n`;
    const folder: JarFile = { name: 'META-INF/' };
    const shop = ['Java', 'pshop 1.4.2'];
    expect(
      await recordOf('app/app.jar', jar(folder, { name: 'META-INF/MANIFEST.MF', content: manifest })),
    ).toEqual(shop);
    const deflated = { name: 'META-INF/MANIFEST.MF', content: manifest, deflate: true };
    expect(await recordOf('app/app.war', jar(folder, deflated))).toEqual(shop);
    // A large one comes in pieces, of which only the beginning is looked at.
    const large = Buffer.concat([jar(deflated), Buffer.alloc(300_000, 'PK')]);
    expect(
      listRecords(await indexTar(await buildLayer([{ path: 'app.jar', content: large }]), 1000)),
    ).toEqual({
      '/app.jar': shop,
    });
    const titled = manifest.replace('shop', 'The Shop').replace('Implementation-V', 'Bundle-V');
    expect(await recordOf('app.jar', jar({ ...deflated, content: titled }))).toEqual(['Java', 'papp 1.4.2']);
    for (const content of [
      '',
      'Implementation-Title: a\n\nImplementation-Version: 1\n',
      `Bundle-Version: 1\n${' '.repeat(100_000)}`,
    ]) {
      expect(await recordOf('app.jar', jar({ ...deflated, content }))).toEqual(['Java', 'papp']);
    }
    expect(await recordOf('lib/ä-b-1.0-rc1.jar', jar(deflated))).toEqual(['Java', 'pä-b 1.0-rc1']);
    expect(await recordOf('app.jar', 'no archive')).toEqual(['Java', 'papp']);
  });

  it('programs that Go built: executable ELF files', async () => {
    const program = goProgram({ lines: ['path\ta/cmd', 'mod\ta\tv1'] });
    expect(
      await recordsOf([
        { path: 'bin/app', content: program, mode: 0o755 },
        { path: 'bin/data', content: program, mode: 0o644 },
        { path: 'bin/script', content: Buffer.concat([Buffer.from('#!'), program]), mode: 0o755 },
      ]),
    ).toEqual({ '/bin/app': ['Go', 'pa v1'] });
  });
});

interface JarFile {
  readonly name: string;
  readonly content?: string;
  readonly deflate?: boolean;
}

/** The local headers and contents of a ZIP archive; those that are deflated are streamed, as Java's tools do. */
function jar(...files: readonly JarFile[]): Buffer {
  return Buffer.concat(
    files.map(({ name, content = '', deflate }) => {
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt16LE(deflate ? 8 : 0, 6);
      header.writeUInt16LE(deflate ? 8 : 0, 8);
      if (!deflate) header.writeUInt32LE(content.length, 18);
      header.writeUInt16LE(name.length, 26);
      header.writeUInt16LE(3, 28);
      const text = Buffer.from(content);
      return Buffer.concat([header, Buffer.from(`${name}xxx`), deflate ? deflateRawSync(text) : text]);
    }),
  );
}

describe('records', () => {
  const entries: TestEntry[] = [
    { path: 'bin/app', content: goProgram({ lines: ['path\ta/cmd', 'mod\ta\tv1'] }), mode: 0o755 },
    { path: 'var/lib/dpkg/info/a.list', content: '/usr\n/usr/a\n' },
    { path: 'var/lib/dpkg/status', content: 'Package: a\nVersion: 1\n' },
    { path: 'var/lib/dpkg/other', content: 'Package: a\nVersion: 1\n' },
    { path: 'var/lib/rpm/rpmdb.sqlite', content: sqliteDatabase([rpmHeader({ name: 'a', padding: 9000 })]) },
    { path: 'app/node_modules/a/package.json', content: '{"name":"a","version":"1"}' },
  ];

  it('are the same in whatever pieces a layer comes', async () => {
    const tar = await buildLayer(entries);
    const whole = await indexTar(tar);
    expect(Object.keys(listRecords(whole))).toHaveLength(5);
    for (const size of [100, 512, 1000, 4096, 65_536]) expect(await indexTar(tar, size)).toEqual(whole);
  });

  it('are of entries, of which one path may have several', async () => {
    const index = await buildLayerIndex([...entries, ...entries.slice(1, 2)]);
    expect([...index.recordEntry]).toEqual([0, 1, 2, 4, 5, 6]);
    expect(index.recordOffset).toHaveLength(7);
    expect(index.recordOffset.at(-1)).toBe(index.records.length);
  });

  it('are no other kinds of entries, and none that are sparse', async () => {
    const path = 'var/lib/dpkg/status';
    expect(await recordsOf([{ path, type: 'symlink', target: 'x' }])).toEqual({});
    expect(await recordsOf([{ path: `${path}/`, type: 'directory' }])).toEqual({});
    expect(await recordsOf([{ path, content: '' }])).toEqual({});
  });

  it.each([
    ['var/lib/rpm/rpmdb.sqlite', 'SQLite format 3\0 and nothing else'],
    ['var/lib/rpm/Packages', 'x'.repeat(100)],
    ['var/lib/rpm/Packages.db', 'RpmP'],
    ['app/package-lock.json', '{'],
    ['app/package-lock.json', '{"packages":{"a":{"dev":"yes"}}}'],
    ['vendor/composer/installed.json', '[{}]'],
    ['vendor/composer/installed.json', `${'['.repeat(200_000)}`],
  ])('that cannot be read are said and left out: %s', async (path, content) => {
    const { warnings, recordEntry } = await buildLayerIndex([{ path, content }, ...entries]);
    expect(warnings).toEqual([`the package list "${path}" cannot be read and is left out`]);
    expect(recordEntry).toHaveLength(5);
  });

  it('that are too large are said and left out', async () => {
    using _ = changeLimits('record=30');
    const { warnings } = await buildLayerIndex([
      { path: 'var/lib/dpkg/info/a.list', content: '/usr\n/usr/a\n' },
      { path: 'var/lib/dpkg/status', content: `Package: a\nDescription: ${'x'.repeat(100)}\n` },
    ]);
    expect(warnings).toEqual(['the package list "var/lib/dpkg/status" is too large and is left out']);
  });

  it.each([
    ['read', 'layerRecordContent=100'],
    ['keep', 'layerRecords=124'],
  ])('that are too many to %s are said once and left out', async (_, limit) => {
    const many = Array.from({ length: 50 }, (_, number) => ({
      path: `var/lib/dpkg/info/p${number}.list`,
      content: `/usr/share/p${number}\n`,
    }));
    using _changed = changeLimits(limit);
    const { warnings, recordEntry, records } = await buildLayerIndex(many);
    expect(recordEntry).toHaveLength(7);
    expect(records).toHaveLength(119);
    expect(warnings).toEqual([
      'the package list "var/lib/dpkg/info/p7.list" and those after it are too much and left out',
    ]);
  });
});

describe('a record that is damaged', () => {
  const header = rpmHeader({ name: 'a', files: ['/usr/bin/a', '/etc/a'], padding: 5000 });
  const sound: readonly (readonly [path: string, content: string | Buffer])[] = [
    ['var/lib/dpkg/status', 'Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\n'],
    ['var/lib/dpkg/info/a.list', '/usr\n/usr/bin\n/usr/bin/a\n'],
    ['var/lib/dpkg/status.d/a.md5sums', `${'0'.repeat(32)}  usr/bin/a\n`],
    ['lib/apk/db/installed', 'P:a\nV:1\nF:usr/bin\nR:a\n\nP:b\nV:1\n'],
    ['var/lib/rpm/rpmdb.sqlite', sqliteDatabase([header, header], 1024)],
    ['var/lib/rpm/Packages.db', ndbDatabase([header, header])],
    ['var/lib/rpm/Packages', berkeleyDatabase([header, header])],
    ['node_modules/a/package.json', '{"name":"a","x":{"y":[1,"2"]},"version":"1"}'],
    ['package-lock.json', '{"packages":{"node_modules/a":{"dev":true}}}'],
    ['package-lock.json', '{"dependencies":{"a":{"dev":true,"dependencies":{"b":{"dev":true}}}}}'],
    ['a-1.dist-info/METADATA', 'Name: a\nVersion: 1\n\ntext'],
    ['a-1.dist-info/RECORD', 'a.py,sha256=x,1\n"b,c.py",,\n../../bin/a,,\n'],
    ['vendor/composer/installed.json', '{"packages":[{"name":"a/b","version":"1","install-path":"../a/b"}]}'],
    ['specifications/a-1.gemspec', '# x\n# stub: a 1 ruby lib\n'],
    ['bin/a', goProgram({ lines: ['path\ta', 'mod\ta\tv1'], at: 65_536, size: 70_000 })],
  ];
  const change = fc.record({ at: fc.nat(), length: fc.nat(40), to: fc.uint8Array({ maxLength: 40 }) });

  it('harms nobody: the layer is read, and what is kept is lines of known kinds', {
    timeout: 20_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sound),
        fc.array(change, { maxLength: 6 }),
        async ([path, text], changes) => {
          let content = Buffer.from(text);
          for (const { at, length, to } of changes) {
            const start = at % (content.length + 1);
            content = Buffer.concat([content.subarray(0, start), to, content.subarray(start + length)]);
          }
          const index = await buildLayerIndex([{ path, content, mode: 0o755 }]);
          for (const [, ...lines] of Object.values(listRecords(index))) {
            for (const line of lines) expect(line).toMatch(/^[pdft]/);
          }
          if (changes.length === 0) expect(index.recordEntry).toHaveLength(1);
        },
      ),
      { numRuns: 400 },
    );
  });
});
