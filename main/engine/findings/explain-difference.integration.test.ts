import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BuildEngine, startBuildEngine, type TestBuild } from '../testing/build-engine.ts';
import { copyOfExample, docker } from '../testing/real-engine.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let engine: BuildEngine;
let folder: Awaited<ReturnType<typeof copyOfExample>>;
let build: TestBuild;
beforeAll(async () => {
  engine = await startBuildEngine();
  folder = await copyOfExample('go-hello');
  // The engine is to have the images, which containers look into here.
  build = await engine.build(folder.path, { settings: { transport: 'save' } });
});
afterAll(async () => {
  await engine.api.call('engine.removeBuilt', { folder: folder.path });
  await engine[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/**
 * Bytes of the Go toolchain, hard links once, as find, dpkg and stat in a container tell them: where it is, and what
 * its packages have elsewhere, but for their documentation.
 */
const toolchain = `{ find /usr/local/go /usr/lib/go-* /usr/share/go-* -type f
  dpkg -L $(dpkg-query -W -f '\${Package} ' 'golang*') | grep -vE '^/usr/share/(doc|man)/'
} 2>/dev/null | sort -u | xargs -d '\\n' stat -c '%i %s %F' | grep 'regular' | sort -u`;

async function toolchainBytes(image: string): Promise<number> {
  const run = ['run', '--rm', '--network', 'none', '--entrypoint', 'sh'];
  const out = await docker(...run, image, '-c', toolchain);
  return out
    .trim()
    .split('\n')
    .reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

const differenceTo = (variant: string) =>
  build.result.document.groups[0]!.rows.find((row) => row.variant === variant)!.difference!;

describe('a Go program in one stage and in two', () => {
  it('the toolchain of the base stays behind in the builder, to the byte', async () => {
    const { verdict, reasons } = differenceTo('Dockerfile');
    expect(verdict.slice(1)).toEqual([
      { bytes: build.variant('Dockerfile.single').image!.sizes.live },
      ' → ',
      { bytes: build.variant('Dockerfile').image!.sizes.live },
    ]);
    expect(verdict[0]).toMatch(/^\d+ % smaller: $/);
    const image = build.variant('Dockerfile.single').image!.name;
    const bytes = await toolchainBytes(image);
    expect(reasons[0]).toMatchObject({
      sentence: ['The Go toolchain of golang:1.22, ', { bytes }, ', stays behind in builder'],
      bytes,
      effect: 'smaller',
    });
  });

  it('the groups of what the builder left behind sum to it, the toolchain the largest', async () => {
    const [builder, last] = build.variant('Dockerfile').stages;
    const groups = builder!.leftBehindGroups!;
    expect(groups.totalBytes).toBe(builder!.leftBehind);
    expect(groups.items).toHaveLength(groups.total);
    expect(groups.items.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(builder!.leftBehind);
    expect(groups.items[0]).toMatchObject({
      name: 'Go toolchain',
      bytes: differenceTo('Dockerfile').reasons[0]!.bytes,
    });
    expect(last).toMatchObject({ leftBehind: 0, leftBehindGroups: { total: 0, totalBytes: 0, items: [] } });
  });

  it('says the same of two handles, and of images that nobody here knows the build of, what it can', async () => {
    const { handles } = build.result;
    const [left, right] = [handles['Dockerfile.single']!, handles.Dockerfile!];
    const known = await engine.api.call('compare.open', { left, right });
    expect(known.difference).toEqual(differenceTo('Dockerfile'));
    expect(known.packages!.items).toContainEqual(expect.objectContaining({ kind: 'removed', right: null }));

    const open = async (variant: string) => {
      const reference = build.variant(variant).image!.name;
      return (await engine.api.call('image.open', { source: { kind: 'engine', reference } })).handle;
    };
    const unknown = await engine.api.call('compare.open', {
      left: await open('Dockerfile.single'),
      right: await open('Dockerfile'),
    });
    expect(unknown.difference!.reasons[0]).toMatchObject({
      sentence: [
        'The Go toolchain, ',
        { bytes: known.difference!.reasons[0]!.bytes },
        ', is only in the left image',
      ],
    });
    expect({ ...unknown, difference: null }).toEqual({ ...known, difference: null });
  });
});
