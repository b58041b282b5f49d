import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filesystem } from '../filesystem/filesystem.ts';
import { someLayers } from '../filesystem/testing/generated-layers.ts';
import { bytes, file, hardlink, symlink, whiteout } from '../filesystem/testing/layer-of.ts';
import { merged } from '../filesystem/testing/merged.ts';
import { groupFiles } from './group-files.ts';
import { packageBytes } from './package-bytes.ts';
import { packagesAt } from './testing/packages-at.ts';

const all = () => true;
const none = (fs: Filesystem) => packagesAt(fs, {});

function named(fs: Filesystem, packages = none(fs), includes: (inode: number) => boolean = all, top = 100) {
  return groupFiles(fs, packages, includes, top).items.map(({ name, kind, path, bytes, files }) => [
    name,
    kind,
    path,
    bytes,
    files,
  ]);
}

describe('groups of files', () => {
  it.each([
    ['Go toolchain', ['/usr/local/go/bin/go', '/usr/lib/go-1.19/src/a.go', '/usr/share/go-1.19/b.go']],
    ['Go module cache', ['/go/pkg/mod/cache/x', '/root/go/pkg/mod/y@v1/z', '/home/me/go/pkg/mod/y']],
    ['Go build cache', ['/root/.cache/go-build/00/a']],
    ['apt lists', ['/var/lib/apt/lists/x_Packages.lz4']],
    ['apt package cache', ['/var/cache/apt/archives/a.deb', '/var/cache/apt/pkgcache.bin']],
    ['apk cache', ['/var/cache/apk/APKINDEX.tar.gz', '/etc/apk/cache/a.apk']],
    ['npm cache', ['/root/.npm/_cacache/index', '/home/node/.npm/x']],
    ['node_modules', ['/app/node_modules/a/index.js', '/app/web/node_modules/b/node_modules/c/index.js']],
    [
      'npm and Yarn',
      ['/usr/local/lib/node_modules/npm/node_modules/a/index.js', '/opt/yarn-v1.22.19/lib/cli.js'],
    ],
    ['Node.js', ['/usr/local/bin/node', '/usr/local/include/node/v8.h']],
    ['pip cache', ['/root/.cache/pip/http/a']],
    ['Gradle caches', ['/root/.gradle/caches/modules-2/a.jar', '/home/gradle/.gradle/daemon/log']],
    ['Gradle', ['/root/.gradle/wrapper/dists/gradle-8.5/x.zip', '/opt/gradle/lib/a.jar']],
    ['Maven repository', ['/root/.m2/repository/a.jar']],
    ['JDK', ['/usr/lib/jvm/java-17/bin/javac', '/usr/lib/jvm/java-17/lib/modules']],
    ['Java runtime', ['/opt/java/openjdk/bin/java', '/opt/java/openjdk/lib/modules']],
    ['Rust toolchain', ['/usr/local/rustup/toolchains/stable/bin/rustc']],
    ['Cargo registry', ['/usr/local/cargo/registry/index', '/root/.cargo/registry/x']],
    ['Rust build output', ['/src/target/.rustc_info.json', '/src/target/release/app']],
    ['documentation and manuals', ['/usr/share/doc/a/copyright', '/usr/share/man/man1/a.1.gz']],
    ['locales', ['/usr/share/locale/de/a.mo', '/usr/lib/locale/C.utf8/x']],
    ['temporary files', ['/tmp/a', '/var/tmp/b']],
    ['Git history', ['/src/.git/objects/pack/x']],
  ])('%s', (name, paths) => {
    const fs = merged(paths.map((path, index) => file(path, bytes(10 + index))));
    expect(named(fs).map(([group, kind, , , files]) => [group, kind, files])).toEqual([
      [name, 'known', paths.length],
    ]);
  });

  it.each([
    '/opt/usr/local/go/x',
    '/usr/local/gopher/x',
    '/usr/lib/golang/x',
    '/root/.cachet/pip/x',
    '/src/target/release/app',
    '/home/.npm/x',
    '/usr/local/bin/nodemon',
  ])('%s is no place that is known', (path) => {
    expect(named(merged([file(path, bytes(10))]))).toEqual([[path, 'directory', path, 10, 1]]);
  });

  it('say where most of a group is', () => {
    const fs = merged([
      file('/usr/lib/go-1.19/pkg/tool/compile', bytes(900)),
      file('/usr/share/go-1.19/src/a.go', bytes(100)),
      file('/a/node_modules/x.js', bytes(50)),
      file('/b/node_modules/x.js', bytes(50)),
    ]);
    expect(named(fs)).toEqual([
      ['Go toolchain', 'known', '/usr/lib/go-1.19', 1000, 2],
      ['node_modules', 'known', null, 100, 2],
    ]);
  });

  it('are of the deepest directory that holds something; small ones count with their parents', () => {
    const fs = merged([
      file('/src/web/images/a.png', bytes(500)),
      file('/src/web/images/b.png', bytes(400)),
      file('/src/web/one', bytes(10)),
      file('/src/main/x.c', bytes(20)),
      file('/src/y.c', bytes(5)),
      file('/big', bytes(300)),
    ]);
    expect(named(fs)).toEqual([
      ['/src/web/images', 'directory', '/src/web/images', 900, 2],
      ['/big', 'directory', '/big', 300, 1],
      ['/src', 'directory', '/src', 35, 3],
    ]);
  });

  it('are of packages where files belong to one: families, large ones, and the others of a kind together', () => {
    const fs = merged([
      file('/usr/bin/gcc-12', bytes(600)),
      file('/usr/lib/libbig.so', bytes(300)),
      file('/usr/lib/a.so', bytes(1)),
      file('/usr/lib/b.so', bytes(2)),
      file('/usr/lib/python3/dist-packages/x.py', bytes(3)),
      file('/usr/share/doc/gcc-12/x', bytes(4)),
    ]);
    const packages = packagesAt(fs, {
      'dpkg:gcc-12': ['/usr/bin/gcc-12', '/usr/share/doc/gcc-12/x'],
      'dpkg:libbig': ['/usr/lib/libbig.so'],
      'dpkg:liba': ['/usr/lib/a.so'],
      'dpkg:libb': ['/usr/lib/b.so'],
      'python:x': ['/usr/lib/python3/dist-packages/x.py'],
    });
    expect(named(fs, packages)).toEqual([
      ['C and C++ compilers', 'known', '/usr/bin', 600, 1],
      ['libbig 1.0', 'package', '/usr/lib', 300, 1],
      ['documentation and manuals', 'known', '/usr/share/doc', 4, 1],
      ['2 more Debian packages', 'package', null, 3, 2],
      ['x 1.0', 'package', '/usr/lib/python3/dist-packages', 3, 1],
    ]);
    expect(packageBytes(fs, packages, all, 2)).toEqual({
      total: 5,
      totalBytes: 910,
      items: [
        { id: 'dpkg:gcc-12', ecosystem: 'dpkg', name: 'gcc-12', version: '1.0', bytes: 604, files: 2 },
        { id: 'dpkg:libbig', ecosystem: 'dpkg', name: 'libbig', version: '1.0', bytes: 300, files: 1 },
      ],
    });
  });

  it('tell development dependencies from the others', () => {
    const fs = merged([
      file('/app/node_modules/jest/a.js', bytes(70)),
      file('/app/node_modules/express/a.js', bytes(30)),
      file('/app/node_modules/.package-lock.json', bytes(1)),
    ]);
    const packages = packagesAt(
      fs,
      { 'npm:jest': ['/app/node_modules/jest/a.js'], 'npm:express': ['/app/node_modules/express/a.js'] },
      ['npm:jest'],
    );
    expect(named(fs, packages)).toEqual([
      ['node_modules: development dependencies', 'known', '/app/node_modules', 70, 1],
      ['node_modules', 'known', '/app/node_modules', 31, 2],
    ]);
  });

  it('count what is included and live, each content once, and all of it in the totals', () => {
    const fs = merged(
      [
        file('/tmp/a', bytes(10)),
        hardlink('/tmp/b', '/tmp/a'),
        file('/tmp/gone', bytes(99)),
        symlink('/x', 'y'),
      ],
      [whiteout('/tmp/gone'), file('/src/a', bytes(7)), file('/var/log/x', bytes(5)), file('/var/log/empty')],
    );
    const groups = groupFiles(fs, none(fs), all, 1);
    expect(groups).toEqual({
      total: 3,
      totalBytes: 22,
      items: [{ name: 'temporary files', kind: 'known', path: '/tmp', bytes: 10, files: 1 }],
    });
    const ofLayer = (inode: number) => fs.inodes.layer[inode] === 1;
    expect(named(fs, none(fs), ofLayer)).toEqual([
      ['/src/a', 'directory', '/src/a', 7, 1],
      ['logs', 'known', '/var/log', 5, 2],
    ]);
  });

  it('sum to what is included, to the byte, of any image, with any packages', () => {
    fc.assert(
      fc.property(someLayers, fc.array(fc.nat({ max: 5 })), fc.nat({ max: 7 }), (layers, owners, mask) => {
        const fs = merged(...layers);
        const packages = packagesAt(fs, { 'dpkg:gcc': [], 'dpkg:a': [], 'npm:b': [], 'npm:c': [] }, [
          'npm:c',
        ]);
        for (let node = 0; node < fs.tree.count; node++) {
          const owner = owners[node % Math.max(1, owners.length)] ?? 5;
          packages.ofNode[node] = owner < packages.list.length ? owner : -1;
        }
        const includes = (inode: number) => (inode & mask) === 0;
        let expected = 0;
        for (let inode = 0; inode < fs.inodes.count; inode++)
          if (fs.inodes.links[inode]! > 0 && includes(inode)) expected += fs.inodes.size[inode]!;
        const groups = groupFiles(fs, packages, includes, Number.POSITIVE_INFINITY);
        expect(groups.totalBytes).toBe(expected);
        expect(groups.items.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(expected);
        expect(groups.items).toHaveLength(groups.total);
        expect(new Set(groups.items.map(({ name, kind }) => `${kind} ${name}`)).size).toBe(groups.total);
        expect(groupFiles(fs, packages, includes, 2).items).toEqual(groups.items.slice(0, 2));
      }),
      { numRuns: 500 },
    );
  });
});
