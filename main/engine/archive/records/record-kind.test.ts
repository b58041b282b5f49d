import { describe, expect, it } from 'vitest';
import { RecordKind, recordKindOf } from './record-kind.ts';

const kindNames = Object.entries(RecordKind);

function kindOf(path: string): string | undefined {
  // As it lies in a tar's header: between other bytes.
  const bytes = Buffer.from(`x/x${path}x/x`);
  const kind = recordKindOf(bytes, 3, bytes.length - 3);
  return kindNames.find(([, value]) => value === kind)?.[0];
}

describe('the kind of record that a path is', () => {
  it.each([
    ['var/lib/dpkg/status', 'DpkgStatus'],
    ['./var/lib/dpkg/status', 'DpkgStatus'],
    ['/var/lib/dpkg/status', 'DpkgStatus'],
    ['out/rootfs/var/lib/dpkg/status', 'DpkgStatus'],
    ['var/lib/dpkg/status.d/base', 'DpkgStatus'],
    ['./var/lib/dpkg/status.d/libc6', 'DpkgStatus'],
    ['var/lib/dpkg/status.d/base.md5sums', 'DpkgFiles'],
    ['var/lib/dpkg/info/libc6:amd64.list', 'DpkgFiles'],
    ['lib/apk/db/installed', 'Apk'],
    ['usr/lib/apk/db/installed', 'Apk'],
    ['var/lib/rpm/Packages', 'Rpm'],
    ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'Rpm'],
    ['usr/share/rpm/Packages.db', 'Rpm'],
    ['app/node_modules/lodash/package.json', 'Npm'],
    ['node_modules/lodash/package.json', 'Npm'],
    ['node_modules/@types/node/package.json', 'Npm'],
    ['app/node_modules/.pnpm/a@1/node_modules/a/package.json', 'Npm'],
    ['app/node_modules/.package-lock.json', 'NpmLock'],
    ['package-lock.json', 'NpmLock'],
    ['usr/lib/python3/dist-packages/six-1.16.dist-info/METADATA', 'PythonMetadata'],
    ['a/six-1.16.egg-info/PKG-INFO', 'PythonMetadata'],
    ['a/argparse.egg-info', 'PythonMetadata'],
    ['a/six-1.16.dist-info/RECORD', 'PythonFiles'],
    ['a/six.egg-info/installed-files.txt', 'PythonFiles'],
    ['a/six.egg-info/top_level.txt', 'PythonFiles'],
    ['app/vendor/composer/installed.json', 'Composer'],
    ['var/lib/gems/3.1.0/specifications/rack-2.2.gemspec', 'Gem'],
    ['usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.gemspec', 'Gem'],
    ['app/app.jar', 'Java'],
    ['a-1.0/app.war', 'Java'],
    ['app/spring-core-6.1.2.jar', 'Java'],
  ])('%s: %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });

  it.each([
    '',
    's',
    'status',
    'xvar/lib/dpkg/status',
    'var/lib/dpkg/status-old',
    'var/lib/dpkg/status.d',
    'var/lib/dpkg/status.d/a/b',
    'var/lib/dpkg/info/.list',
    'var/lib/dpkg/info/a/b.list',
    'lib/apk/db/installed/x',
    'etc/rpm/Packages',
    'app/package.json',
    'app/node_modules/package.json',
    'app/node_modules/lodash/test/package.json',
    'app/node_modules/lodash/dist/esm/package.json',
    'app/node_modules/@types/package.json',
    'app/node_modules/.cache/package.json',
    'app/xnode_modules/lodash/package.json',
    'app/old-package-lock.json',
    'a/METADATA',
    'a/.dist-info/METADATA',
    'a/six.dist-info/METADATA.txt',
    'app/composer/installed.json.bak',
    'a/rack.gemspec',
    'specifications/.gemspec',
    'app/.jar',
  ])('%s: none', (path) => {
    expect(kindOf(path)).toBeUndefined();
  });
});
