import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, shell, temporaryFolder } from '../testing/real-engine.ts';
import type { ArchiveImage } from './archive.ts';
import { openArchive } from './open-archive.ts';
import { listLayer } from './testing/list-layer.ts';

// A second reading of docker save by GNU tar and nothing of ours: every entry of every layer.

const tag = 'layerscope-archive-test:1';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let image: ArchiveImage;
/** What GNU tar lists of each layer. */
let listings: Listed[][];

const longPath = Array.from({ length: 6 }, (_, n) => `long-${'n'.repeat(60)}-${n}`).join('/');
const dockerfile = String.raw`FROM debian:bookworm-slim
RUN mkdir -p '/odd/with space' && cd /odd && odd=$(printf 'new\nline "quoted" \\') && \
    echo content > "with space/$odd" && ln "with space/$odd" hard && ln -s 'x -> y' 'a -> b' && \
    mkfifo fifo && mknod null c 1 3 && dd if=/dev/zero of=sparse bs=1 count=1 seek=1M && \
    mkdir -p ${longPath} && touch ${longPath}/end && \
    chown 1234567:7654321 fifo && chmod 6755 hard
RUN rm -r '/odd/with space' && rm -rf /usr/share/doc && mkdir /usr/share/doc && touch /usr/share/doc/new
`;

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder.path, 'Dockerfile'), dockerfile);
  await docker('build', '--network', 'host', '-t', tag, folder.path);
  const path = join(folder.path, 'image.tar');
  await docker('save', '-o', path, tag);
  await shell('mkdir save && tar -xf image.tar -C save', folder.path);
  const [{ Layers }] = JSON.parse(await shell('cat save/manifest.json', folder.path));
  listings = await Promise.all((Layers as string[]).map((layer) => listedByTar(join('save', layer))));
  const archive = await openArchive(path, { verify: true });
  expect(archive.warnings).toEqual([]);
  image = archive.images[0]!;
});

afterAll(async () => {
  await docker('image', 'rm', '--force', tag);
  await folder[Symbol.asyncDispose]();
});

describe('docker save of a real image', () => {
  it('is the image that docker reports', async () => {
    const [inspected] = JSON.parse(await docker('image', 'inspect', tag));
    expect(image.names).toEqual([tag]);
    expect(image.layers.map(({ diffId }) => diffId)).toEqual(inspected.RootFS.Layers);
    expect([image.id, image.manifestDigest]).toContain(inspected.Id);
    expect(image.platform).toBe(`${inspected.Os}/${inspected.Architecture}`);
    expect(image.layers.every(({ verified, index }) => verified && index)).toBe(true);
    expect(image.layers.at(-1)!.createdBy).toContain('rm -rf /usr/share/doc');
  });

  it('holds what tar lists: path, kind, size, mode, owner, time and target', () => {
    expect(listings).toHaveLength(image.layers.length);
    for (const [number, listing] of listings.entries()) {
      const read = listLayer(image.layers[number]!.index!)
        .filter(({ kind }) => kind !== 'Whiteout' && kind !== 'Opaque')
        .map(({ path, kind, size, mode, uid, gid, mtime, target }) => ({
          path,
          kind,
          size,
          mode: mode.padStart(4, '0'),
          owner: `${uid}/${gid}`,
          seconds: Math.floor(mtime / 1000),
          target,
        }));
      expect(read).toEqual(listing.filter(({ path }) => !path.includes('/.wh.')));
    }
    const paths = new Set(listings.flat().map(({ path }) => path));
    for (const path of [`/odd/${longPath}/end`, '/odd/with space/new\nline "quoted" \\', '/odd/a -> b']) {
      expect(paths).toContain(path);
    }
  });

  it('has a whiteout for every marker that tar lists', () => {
    const markers = listings.map((listing) =>
      listing.map(({ path }) => path).filter((p) => p.includes('/.wh.')),
    );
    const read = image.layers.map(({ index }) =>
      listLayer(index!).flatMap(({ path, kind }) => {
        if (kind === 'Opaque') return [`${path}/.wh..wh..opq`];
        return kind === 'Whiteout' ? [path.replace(/[^/]*$/, (name) => `.wh.${name}`)] : [];
      }),
    );
    expect(read).toEqual(markers);
    expect(markers.flat().length).toBeGreaterThan(0);
  });
});

interface Listed {
  readonly path: string;
  readonly kind: string;
  readonly size: number;
  readonly mode: string;
  readonly owner: string;
  readonly seconds: number;
  readonly target: string | undefined;
}

async function listedByTar(layer: string): Promise<Listed[]> {
  const text = await shell(
    `TZ=UTC tar --numeric-owner --quoting-style=c --full-time -tvf '${layer}'`,
    folder.path,
  );
  return text.trimEnd().split('\n').map(parseLine);
}

const kinds: Readonly<Record<string, string>> = {
  '-': 'File',
  d: 'Directory',
  l: 'Symlink',
  h: 'HardLink',
  c: 'Character',
  b: 'Block',
  p: 'Fifo',
};

/** `-rwxr-xr-x 0/0 123 2024-01-02 03:04:05 "path" -> "target"`, the fraction of a second where PAX has one. */
function parseLine(line: string): Listed {
  const match =
    /^(.)(\S{9}) (\S+) +(\S+) (\S+) (\d+:\d+:\d+)\S* "((?:[^"\\]|\\.)*)"(?: (?:->|link to) "(.*)")?$/.exec(
      line,
    );
  if (!match) throw new Error(`tar printed ${JSON.stringify(line)}`);
  const [, type = '', permissions = '', owner = '', size = '', day, time, path = '', link] = match;
  const kind = kinds[type] ?? type;
  const target = link === undefined ? undefined : unquoted(link);
  const device = kind === 'Character' || kind === 'Block';
  return {
    path: absolute(unquoted(path)),
    kind,
    size: kind === 'File' ? Number(size) : 0,
    mode: modeOf(permissions),
    owner,
    seconds: Date.parse(`${day}T${time}Z`) / 1000,
    target: device ? size.replace(',', ':') : kind === 'HardLink' ? absolute(target!) : target,
  };
}

function absolute(path: string): string {
  return `/${path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '')}`;
}

/** C's escapes; what is no ASCII comes as octal bytes. */
function unquoted(text: string): string {
  const bytes = text.replace(/\\([0-7]{3}|.)/g, (_, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code, 8));
    return code === 'n' ? '\n' : code === 't' ? '\t' : code;
  });
  return Buffer.from(bytes, 'latin1').toString();
}

/** `rwsr-xr-t` as octal digits. */
function modeOf(permissions: string): string {
  let mode = 0;
  for (const [at, letter] of [...permissions].entries()) {
    if (letter !== '-' && letter !== 'S' && letter !== 'T') mode |= 0o400 >> at;
    if ('sStT'.includes(letter)) mode |= [0o4000, 0o2000, 0o1000][Math.floor(at / 3)]!;
  }
  return mode.toString(8).padStart(4, '0');
}
