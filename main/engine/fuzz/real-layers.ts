import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildLayer } from '../archive/testing/build-layer.ts';
import { ndbDatabase, rpmHeader } from '../archive/testing/rpm-databases.ts';
import { hasGnuTar, steadyPax, writeTar } from './gnu-tar.ts';
import { Random } from './random.ts';
import { fixChecksum, headersOf } from './tar-headers.ts';

/** Layers that real writers wrote, by name. */
export type RealLayers = Readonly<Record<string, Buffer>>;

/** Makes them: with tar-stream, and with GNU tar in each of its formats where there is one. */
export async function makeRealLayers(): Promise<RealLayers> {
  const streamed = await streamedLayers();
  if (!hasGnuTar) return streamed;
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-fuzz-tree-'));
  try {
    return { ...streamed, ...gnuLayers(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function gnuLayers(folder: string): RealLayers {
  const base = join(folder, 'base');
  const changes = join(folder, 'changes');
  writeBase(base);
  writeChanges(changes);
  const sparse = (name: string, format: string, version?: string) => {
    const options = ['--sparse', '--hole-detection=raw', `--format=${format}`];
    if (format === 'pax') options.push(steadyPax, `--sparse-version=${version}`);
    return [name, withoutProcess(writeTar(base, options, ['var']))] as const;
  };
  return {
    'base v7': writeTar(base, ['--format=v7'], ['etc', 'usr/bin', 'usr/lib']),
    'base ustar': writeTar(base, ['--format=ustar'], ['etc', 'usr', 'run']),
    'base oldgnu': writeTar(base, ['--format=oldgnu']),
    'base gnu': writeTar(base, ['--format=gnu']),
    'base pax': writeTar(base, ['--format=pax', steadyPax]),
    attributes: writeTar(
      base,
      [
        '--format=pax',
        `${steadyPax},SCHILY.xattr.user.note:=a=b,SCHILY.xattr.security.capability:=cap,comment:=x,uid:=70000`,
        '--blocking-factor=1',
      ],
      ['usr'],
    ),
    'changes ustar': writeTar(changes, ['--format=ustar', '--blocking-factor=1']),
    'changes pax': writeTar(changes, ['--format=pax', steadyPax]),
    ...Object.fromEntries([
      sparse('sparse oldgnu', 'oldgnu'),
      sparse('sparse gnu', 'gnu'),
      sparse('sparse 0.0', 'pax', '0.0'),
      sparse('sparse 0.1', 'pax', '0.1'),
      sparse('sparse 1.0', 'pax', '1.0'),
    ]),
  };
}

function writeBase(root: string): void {
  const random = new Random(1, 1);
  const put = (path: string, content: Uint8Array | string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode });
  };
  put('etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
  put('etc/shadow', 'root:*:1::::::\n', 0o600);
  put('etc/empty', '');
  put('etc/conf.d/a', 'a'.repeat(511));
  put('etc/conf.d/b', 'b'.repeat(512));
  put('etc/conf.d/c', 'c'.repeat(513));
  put('usr/bin/tool', random.bytes(4000), 0o4755);
  put('usr/lib/library.so', random.bytes(9000), 0o755);
  put(
    'usr/lib/sysimage/rpm/Packages.db',
    ndbDatabase([rpmHeader({ name: 'tool', files: ['/usr/bin/tool'] })]),
  );
  put('usr/lib/apk/db/installed', 'P:conf\nV:1\nF:etc/conf.d\nR:a\nR:b\n');
  put('usr/lib/node_modules/a/package.json', '{"name":"a","version":"1.0"}');
  put('usr/lib/package-lock.json', '{"packages":{"node_modules/a":{"dev":true}}}');
  put('usr/share/ümlaut', 'ü');
  put(`usr/share/${'d'.repeat(60)}/${'e'.repeat(60)}/deep`, 'deep');
  put(`var/${'n'.repeat(130)}`, 'long');
  mkdirSync(join(root, 'run'));
  linkSync(join(root, 'usr/bin/tool'), join(root, 'usr/bin/tool-again'));
  symlinkSync('library.so', join(root, 'usr/lib/library.so.1'));
  symlinkSync('/etc/passwd', join(root, 'run/users'));
  symlinkSync(`/${'t'.repeat(140)}`, join(root, 'var/far'));
  execFileSync('mkfifo', [join(root, 'run/pipe')]);
  writeSparse(join(root, 'var/sparse'), 40_000, [0, 10_000, 35_000]);
  writeSparse(
    join(root, 'var/many-pieces'),
    45_000,
    Array.from({ length: 30 }, (_, piece) => piece * 1_400),
  );
  writeSparse(join(root, 'var/only-hole'), 20_000, []);
}

function writeChanges(root: string): void {
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  put('etc/.wh.shadow', '');
  put('etc/passwd', 'root:x:0:0::/root:/bin/bash\n');
  put('etc/conf.d/.wh..wh..opq', '');
  put('etc/conf.d/new', 'new');
  put('usr/bin', 'a file where a directory was');
  put('usr/lib/.wh.library.so', '');
  put('.wh..wh.plnk/123', 'metadata');
}

function writeSparse(path: string, size: number, pieces: readonly number[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  for (const piece of pieces) writeSync(file, 'piece'.repeat(100), piece);
  closeSync(file);
}

/** GNU tar puts the number of its process into the name of a sparse file of format 1.0. */
function withoutProcess(tar: Buffer): Buffer {
  for (const { at } of headersOf(tar)) {
    const name = tar.toString('latin1', at, at + 100);
    const steady = name.replace(/GNUSparseFile\.\d+/, 'GNUSparseFile.0').padEnd(100, '\0');
    if (steady === name) continue;
    tar.write(steady, at, 100, 'latin1');
    fixChecksum(tar, at);
  }
  return tar;
}

async function streamedLayers(): Promise<RealLayers> {
  const content = new Random(2, 2).bytes(5000);
  return {
    empty: await buildLayer([]),
    'streamed base': await buildLayer([
      { path: 'a/' },
      { path: 'a/file', content },
      { path: 'a/same', content },
      { path: 'a/link', type: 'link', target: 'a/file' },
      { path: 'a/points', type: 'symlink', target: 'file' },
      { path: 'b/c/d/e/f', content: 'deep' },
      { path: 'b/device', type: 'character-device', device: { major: 1, minor: 3 } },
      { path: `long/${'x'.repeat(150)}`, content: 'y' },
      { path: 'attributes', content: 'z', pax: { 'SCHILY.xattr.user.a': 'b' } },
      { path: 'twice', content: 'first' },
      { path: 'twice', content: 'second' },
    ]),
    'streamed changes': await buildLayer([
      { path: 'a/.wh.file' },
      { path: 'a/same', content, mode: 0o600 },
      { path: 'b/.wh..wh..opq' },
      { path: 'b/new', content: 'new' },
      { path: 'long', content: 'a file now' },
      { path: 'again', type: 'link', target: 'attributes' },
      { path: 'lost', type: 'link', target: 'nowhere' },
    ]),
  };
}
