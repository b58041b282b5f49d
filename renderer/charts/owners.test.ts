import { describe, expect, it } from 'vitest';
import type { ImageFacts, LayerDocument } from '../../shared/model/image-document.ts';
import type { OriginKind } from '../../shared/model/origin.ts';
import type { OriginDocument, StageDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { baseReference } from './base-layers.ts';
import { reconcile } from './owner-shares.ts';
import { type OwnedImage, ownerOf, ownersOfImage, ownersOfPair, ownersOfVariants } from './owners.ts';

function layer(
  index: number,
  diffId: string,
  live: number | null,
  more: Partial<LayerDocument> = {},
): LayerDocument {
  return {
    index,
    diffId,
    createdBy: null,
    base: null,
    stored: live,
    live,
    reclaimable: 0,
    tar: null,
    compressed: null,
    added: null,
    modified: null,
    removed: null,
    stage: null,
    line: null,
    endLine: null,
    ...more,
  };
}

function image(name: string, layers: readonly LayerDocument[]): ImageFacts {
  const live = layers.reduce<number | null>(
    (sum, l) => (sum === null || l.live === null ? null : sum + l.live),
    0,
  );
  return {
    name,
    id: `sha256:${name}`,
    platform: 'linux/amd64',
    created: null,
    sizes: {
      stored: live,
      live,
      reclaimable: 0,
      duplicates: null,
      tar: null,
      compressed: null,
      engine: null,
    },
    efficiency: null,
    reclaimableByCause: null,
    files: 1,
    layers: [...layers],
    config: { user: '', entrypoint: [], cmd: [], env: [], workingDir: '', labels: {} },
    waste: null,
    duplicates: null,
  };
}

function stage(index: number, name: string, base: string): StageDocument {
  return {
    index,
    name,
    base,
    built: true,
    live: null,
    own: null,
    shared: null,
    reached: null,
    leftBehind: null,
    leftBehindGroups: null,
    leftBehindPackages: null,
  };
}

function variant(
  name: string,
  stages: readonly StageDocument[],
  layers: readonly LayerDocument[],
  target: string | null = null,
): VariantDocument {
  return {
    name,
    dockerfile: name.split('#')[0]!,
    context: '.',
    target,
    platform: null,
    buildArgs: {},
    kind: 'multi-stage',
    build: {
      status: 'built',
      durationMs: 0,
      steps: 0,
      cachedSteps: 0,
      transport: 'save',
      bytesRead: 0,
      tag: null,
      error: null,
    },
    image: image(name, layers),
    origins: null,
    stages: [...stages],
    leftBehind: null,
    flows: null,
    lines: [],
    waste: null,
  };
}

const base = { base: true } as const;
const made = (index: number) => ({ base: false, stage: index, line: 2, endLine: 2 });

const single = variant(
  'Dockerfile.single',
  [stage(0, '0', 'golang:1.22')],
  [layer(0, 'd', 100, base), layer(1, 'g', 700, base), layer(2, 's', 50, made(0))],
);
const multi = variant(
  'Dockerfile',
  [stage(0, 'builder', 'golang:1.22'), stage(1, '1', 'debian:bookworm')],
  [layer(0, 'd', 99, base), layer(1, 'm', 7, made(1))],
);

describe('ownersOfVariants', () => {
  const owned = ownersOfVariants([single, multi]);

  it('tells a base that lies under another base by diff_ids', () => {
    expect(owned.images.map(({ layers }) => layers.map((owner) => owner.id))).toEqual([
      ['base:debian:bookworm', 'base:golang:1.22', 'stage:Dockerfile.single:0'],
      ['base:debian:bookworm', 'stage:Dockerfile:1'],
    ]);
  });

  it('gives one colour to one owner and another to another', () => {
    expect(owned.owners.map((owner) => [owner.label, owner.color])).toEqual([
      ['debian:bookworm', 'base-1'],
      ['golang:1.22', 'base-2'],
      ['Dockerfile.single', 'stage-1'],
      ['stage 1', 'stage-2'],
    ]);
    expect(owned.images[0]!.layers[0]).toBe(owned.images[1]!.layers[0]);
  });

  it('does not take a base for another because it is as long', () => {
    const other = variant('Other', [stage(0, '0', 'alpine')], [layer(0, 'x', 5, base)]);
    expect(ownersOfVariants([multi, other]).images[1]!.layers[0]!.id).toBe('base:alpine');
  });

  it('sums to live by owner, to the byte', () => {
    const { shares } = owned.images[0]!;
    expect(shares.map(({ owner, bytes }) => [owner.label, bytes])).toEqual([
      ['debian:bookworm', 100],
      ['golang:1.22', 700],
      ['Dockerfile.single', 50],
    ]);
    expect(reconcile(shares, 850)).toEqual({ state: 'agrees', sum: 850 });
    expect(reconcile(shares, 851)).toEqual({ state: 'differs', sum: 850, live: 851 });
  });

  it('never takes a missing layer for an empty one', () => {
    const broken = variant('B', single.stages, [layer(0, 'd', 1, base), layer(1, 'g', null, base)]);
    const { shares } = ownersOfVariants([broken]).images[0]!;
    expect(shares.map((share) => share.bytes)).toEqual([null]);
    expect(reconcile(shares, null)).toEqual({ state: 'unknown' });
  });

  it('says so where a layer cannot be traced, and knows failed variants', () => {
    const failed = { ...single, name: 'F', image: null };
    const lost = variant('L', single.stages, [layer(0, 'q', 1)]);
    const own = ownersOfVariants([failed, lost]);
    expect(own.images[0]!.layers).toEqual([]);
    expect(own.images[1]!.layers.map((owner) => owner.kind)).toEqual(['untraced']);
  });

  it('names the Dockerfile where two stages have one name', () => {
    const stages = [stage(0, 'builder', 'golang:1.22')];
    const own = ownersOfVariants([
      variant('A', stages, [layer(0, 'a', 1, made(0))]),
      variant('B', stages, [layer(0, 'b', 1, made(0))]),
    ]);
    expect(own.owners.map((owner) => owner.label)).toEqual(['builder (A)', 'builder (B)']);
  });
});

describe('owners by origin', () => {
  const origin = (kind: OriginKind, id: string, name: string, bytes: number): OriginDocument => ({
    kind,
    id,
    name,
    bytes,
    files: 1,
    lines: [],
  });
  const traced = [
    {
      ...single,
      origins: [
        // 30 of it written anew with the same content by line 2: a copy-up, still the base's.
        origin('base', 'base:golang:1.22', 'golang:1.22', 830),
        origin('context', 'context', 'context', 5),
        origin('stage', 'stage:0', '0', 15),
      ],
    },
    {
      ...multi,
      origins: [
        origin('base', 'base:debian:bookworm', 'debian:bookworm', 99),
        origin('base', 'base:golang:1.22', 'golang:1.22', 1),
        origin('stage', 'stage:0', 'builder', 3),
        origin('external', 'external:busybox', 'busybox', 2),
        origin('untraced', 'untraced', 'untraced', 1),
      ],
    },
  ];
  const owned = ownersOfVariants(traced);
  const [left, right] = owned.images;
  const bytes = ({ shares }: OwnedImage) => shares.map((share) => [share.owner.id, share.bytes]);

  it('sums to live, stages by their Dockerfile, a base under another one by its layers', () => {
    expect(bytes(left!)).toEqual([
      ['base:debian:bookworm', 100],
      ['base:golang:1.22', 730],
      ['context', 5],
      ['stage:Dockerfile.single:0', 15],
    ]);
    expect(reconcile(left!.shares, 850)).toEqual({ state: 'agrees', sum: 850 });
    expect(bytes(right!)).toEqual([
      ['base:debian:bookworm', 99],
      ['base:golang:1.22', 1],
      ['stage:Dockerfile:0', 3],
      ['external:busybox', 2],
      ['untraced', 1],
    ]);
    expect(reconcile(right!.shares, 106)).toEqual({ state: 'agrees', sum: 106 });
  });

  it('gives the first colours to those that have bytes', () => {
    expect(owned.owners.map((owner) => [owner.title, owner.color])).toEqual([
      ['base debian:bookworm', 'base-1'],
      ['base golang:1.22', 'base-2'],
      ['build context', 'context'],
      ['Dockerfile.single', 'stage-1'],
      ['stage builder', 'stage-2'],
      ['stage 1', 'stage-3'],
      ['image busybox', 'external-1'],
      ['untraced', 'untraced'],
    ]);
  });

  it('knows the stages and what they start from, also where nothing of them is in the image', () => {
    const only = { ...multi, origins: [origin('base', 'base:debian:bookworm', 'debian:bookworm', 106)] };
    const { owners, images } = ownersOfVariants([only]);
    const known = ['base:golang:1.22', 'stage:0', 'base:debian:bookworm', 'stage:1'];
    expect([...images[0]!.origins!.keys()]).toEqual(known);
    expect(images[0]!.shares.map(({ owner }) => owner.id)).toEqual(['base:debian:bookworm']);
    expect(new Set(owners.map(({ color }) => color)).size).toBe(owners.length);
  });

  it('tells whose a tile is by its origin, of bases by its layer', () => {
    const id = (image: OwnedImage, content: Parameters<typeof ownerOf>[1]) => ownerOf(image, content)?.id;
    expect(id(right!, { layer: 1, origin: 'stage:0' })).toBe('stage:Dockerfile:0');
    expect(id(left!, { layer: 0, origin: 'base:golang:1.22' })).toBe('base:debian:bookworm');
    expect(id(left!, { layer: 2, origin: 'base:golang:1.22' })).toBe('base:golang:1.22');
    expect(id(right!, { layer: 1, origin: 'base:golang:1.22' })).toBe('base:golang:1.22');
    expect(id(right!, { layer: 1 })).toBe('stage:Dockerfile:1');
    expect(id(right!, { origin: 'stage:9' })).toBeUndefined();
  });
});

describe('labels', () => {
  it('tell an image that is copied from apart from the same one as a base', () => {
    const bytes = { files: 1, lines: [], bytes: 1 };
    const origins: OriginDocument[] = [
      { ...bytes, kind: 'base', id: 'base:alpine', name: 'alpine' },
      { ...bytes, kind: 'external', id: 'external:alpine', name: 'alpine' },
      { ...bytes, kind: 'external', id: 'external:busybox', name: 'busybox' },
    ];
    const { owners } = ownersOfVariants([
      { ...variant('A', [stage(0, '0', 'alpine')], [layer(0, 'a', 3, base)]), origins },
    ]);
    const labels = owners.filter(({ kind }) => kind !== 'stage').map(({ label }) => label);
    expect(labels).toEqual(['alpine', 'image alpine', 'busybox']);
  });
});

describe('baseReference', () => {
  it('follows stages that stand on stages, in any case', () => {
    const stages = [
      stage(0, 'Builder', 'golang:1.22'),
      stage(1, 'tester', 'builder'),
      stage(2, '2', 'scratch'),
    ];
    expect(baseReference(variant('A', stages, [], 'TESTER'))).toBe('golang:1.22');
    expect(baseReference(variant('A', stages, [], '1'))).toBe('golang:1.22');
    expect(baseReference(variant('A', stages, []))).toBeUndefined();
  });

  it('takes a stage that stands on an image of its own name for what it is', () => {
    expect(baseReference(variant('A', [stage(0, 'node', 'node')], []))).toBe('node');
  });
});

describe('images opened without a build', () => {
  it('colours by layer', () => {
    const owned = ownersOfImage(image('a', [layer(0, 'x', 1), layer(1, 'y', 2)]));
    expect(owned.images[0]!.layers.map((owner) => owner.label)).toEqual(['layer 1', 'layer 2']);
    expect(new Set(owned.owners.map((owner) => owner.color)).size).toBe(2);
  });

  it('tells what two images share by diff_id', () => {
    const owned = ownersOfPair(
      image('a', [layer(0, 'x', 1), layer(1, 'y', 2)]),
      image('b', [layer(0, 'x', 1)]),
    );
    expect(owned.owners.map((owner) => owner.label)).toEqual(['layers in both', 'only a']);
    expect(owned.images[1]!.layers.map((owner) => owner.id)).toEqual(['shared']);
  });
});
