import type { ComparisonDocument, Difference } from '../../../shared/model/comparison-document.ts';
import type { ImageDocument, ImageFacts } from '../../../shared/model/image-document.ts';
import type { ProjectDocument, VariantDocument } from '../../../shared/model/project-document.ts';

/** Documents as the engine makes them, for what prints them; their names are as hostile as names can be. */
export const hostile = '/tmp/\x1b[31mred\x1b[0m\n<img onerror=alert(1)>\u202egnp.sh';

const unknownSizes: ImageFacts['sizes'] = {
  stored: null,
  live: null,
  reclaimable: null,
  duplicates: null,
  tar: null,
  compressed: null,
  engine: null,
};

export const image: ImageFacts = {
  name: 'app:single',
  id: `sha256:${'0123456789abcdef'.repeat(4)}`,
  platform: 'linux/amd64',
  created: '2026-11-20T10:00:00Z',
  sizes: {
    stored: 963_000_000,
    live: 953_000_000,
    reclaimable: 10_000_000,
    duplicates: 1_200_000,
    tar: 970_112_000,
    compressed: null,
    engine: 963_000_000,
  },
  efficiency: 0.9896,
  reclaimableByCause: { overwritten: 4_000_000, copiedUp: 0, deleted: 6_000_000, shadowed: 0, repeated: 0 },
  files: 20_112,
  layers: [
    {
      index: 0,
      diffId: `sha256:${'a'.repeat(64)}`,
      createdBy: '/bin/sh -c #(nop) ADD file:0123 in / ',
      base: true,
      stored: 117_000_000,
      live: 112_000_000,
      reclaimable: 5_000_000,
      tar: 121_000_000,
      compressed: null,
      added: 3_204,
      modified: 0,
      removed: 0,
      stage: null,
      line: null,
      endLine: null,
    },
    {
      index: 1,
      diffId: `sha256:${'b'.repeat(64)}`,
      createdBy:
        'RUN /bin/sh -c apt-get update &&     apt-get install -y golang-go\n && rm -rf /var/lib/apt/lists/* # buildkit',
      base: false,
      stored: 846_000_000,
      live: 841_000_000,
      reclaimable: 5_000_000,
      tar: 849_112_000,
      compressed: null,
      added: 16_908,
      modified: 11,
      removed: 4,
      stage: 0,
      line: 3,
      endLine: 4,
    },
  ],
  config: { user: '', entrypoint: [], cmd: ['/app'], env: [], workingDir: '', labels: {} },
  waste: {
    total: 12,
    totalBytes: 10_000_000,
    items: [
      { path: '/var/cache/apt/pkgcache.bin', bytes: 6_000_000, cause: 'deleted', layer: 0, hiddenBy: 1 },
      { path: hostile, bytes: 4_000_000, cause: 'overwritten', layer: 0, hiddenBy: 1 },
    ],
  },
  duplicates: {
    total: 1,
    totalBytes: 1_200_000,
    items: [
      { bytes: 1_200_000, copies: 2, paths: ['/usr/lib/go-1.19/pkg/tool/linux_amd64/link', '/root/link'] },
    ],
  },
};

export const imageDocument: ImageDocument = { schema: 'layerscope/image@1', image, warnings: [] };

/** One whose layer is not there: nothing of its files is known. */
export const incompleteImage: ImageDocument = {
  schema: 'layerscope/image@1',
  image: {
    ...image,
    sizes: unknownSizes,
    efficiency: null,
    reclaimableByCause: null,
    files: null,
    created: null,
    waste: null,
    duplicates: null,
    layers: image.layers.map((layer) => ({
      ...layer,
      createdBy: null,
      base: null,
      stored: null,
      live: null,
      reclaimable: null,
      added: null,
      modified: null,
      removed: null,
      stage: null,
      line: null,
      endLine: null,
    })),
  },
  warnings: [{ code: 'layer-unavailable', message: 'A layer is not in the archive' }],
};

const change = (files: number, bytes: number) => ({ files, bytes });

/** As the engine says it, with a name that an image chose. */
const difference: Difference = {
  verdict: ['79 % smaller: ', { bytes: 953_000_000 }, ' → ', { bytes: 201_000_000 }],
  reasons: [
    {
      sentence: ['The Go toolchain of golang:1.22, ', { bytes: 412_000_000 }, ', stays behind in builder'],
      bytes: 412_000_000,
      effect: 'smaller',
      path: '/usr/local/go',
    },
    {
      sentence: [
        'Other files of golang:1.22, ',
        { bytes: 341_000_000 },
        ', are no longer in the image: debian:bookworm-slim instead of golang:1.22',
      ],
      bytes: 341_000_000,
      effect: 'smaller',
    },
    {
      sentence: [`${hostile}, `, { bytes: 1_900_000 }, ', is new in the image'],
      bytes: 1_900_000,
      effect: 'larger',
      path: hostile,
    },
  ],
};

export const comparisonDocument: ComparisonDocument = {
  schema: 'layerscope/comparison@1',
  left: { name: 'app:single', id: image.id, sizes: image.sizes, files: 20_112 },
  right: { name: 'app:latest', id: image.id, sizes: { ...unknownSizes, live: 201_000_000 }, files: 3_205 },
  delta: { live: -752_000_000, stored: null, ratio: 201 / 953 },
  totals: {
    added: change(1, 1_900_000),
    removed: change(16_908, -753_900_000),
    changed: change(2, 0),
    metadata: change(1, 0),
    moved: change(1, 0),
    same: change(3_200, 199_000_000),
  },
  changes: {
    total: 16_913,
    totalBytes: -752_000_000,
    items: [
      {
        path: '/usr/lib/go-1.19/pkg/tool/linux_amd64/compile',
        kind: 'removed',
        left: 17_000_000,
        right: null,
      },
      { path: '/app', kind: 'moved', from: '/out/app', left: 1_900_000, right: 1_900_000 },
      { path: hostile, kind: 'added', left: null, right: 1_900_000 },
    ],
  },
  difference,
  directories: {
    total: 1,
    totalBytes: -752_000_000,
    items: [{ path: '/usr/local/go', left: 412_000_000, right: null }],
  },
  packages: {
    total: 12,
    totalBytes: -300_000_000,
    items: [
      {
        ecosystem: 'dpkg',
        name: 'gcc-12',
        kind: 'removed',
        left: { version: '12.2.0-14', bytes: 200_000_000, files: 120 },
        right: null,
      },
      {
        ecosystem: 'npm',
        name: hostile,
        kind: 'changed',
        left: { version: '1.0.0', bytes: 5_000_000, files: 3 },
        right: { version: hostile, bytes: 6_000_000, files: 3 },
      },
    ],
  },
  layers: {
    shared: { layers: 1, bytes: 117_000_000 },
    left: { layers: 1, bytes: 846_000_000 },
    right: { layers: 2, bytes: null },
  },
  config: [
    { setting: 'USER', left: null, right: 'nobody' },
    { setting: `ENV ${hostile}`, left: hostile, right: hostile },
  ],
  warnings: [],
};

function variant(name: string, more: Partial<VariantDocument>): VariantDocument {
  return {
    name,
    dockerfile: name.replace(/#.*/, ''),
    context: '.',
    target: null,
    platform: null,
    buildArgs: {},
    kind: 'single-stage',
    build: {
      status: 'built',
      durationMs: 12_300,
      steps: 5,
      cachedSteps: 3,
      transport: 'save',
      bytesRead: 970_112_000,
      tag: `layerscope/go-hello:${name.toLowerCase()}`,
      error: null,
    },
    image,
    origins: null,
    stages: [],
    leftBehind: null,
    flows: null,
    lines: [],
    waste: null,
    ...more,
  };
}

export const projectDocument: ProjectDocument = {
  schema: 'layerscope/project@1',
  folder: '/srv/go-hello',
  variants: [
    variant('Dockerfile.single', {}),
    variant('Dockerfile', {
      kind: 'multi-stage',
      image: {
        ...image,
        name: 'layerscope/go-hello:dockerfile',
        sizes: { ...image.sizes, live: 201_000_000 },
      },
      stages: [
        {
          index: 0,
          name: 'builder',
          base: 'golang:1.22',
          built: true,
          live: 953_000_000,
          own: 2_000_000,
          shared: null,
          reached: 1_900_000,
          leftBehind: 951_100_000,
          leftBehindGroups: {
            total: 22,
            totalBytes: 951_100_000,
            items: [
              {
                name: 'Go toolchain',
                kind: 'known',
                path: '/usr/local/go',
                bytes: 412_000_000,
                files: 12_000,
              },
              { name: 'C and C++ compilers', kind: 'known', path: null, bytes: 200_000_000, files: 300 },
              { name: hostile, kind: 'directory', path: hostile, bytes: 90_000_000, files: 2 },
              { name: 'apt lists', kind: 'known', path: '/var/lib/apt/lists', bytes: 19_000_000, files: 9 },
            ],
          },
          leftBehindPackages: null,
        },
        {
          index: 1,
          name: 'tests',
          base: 'builder',
          built: false,
          live: null,
          own: null,
          shared: null,
          reached: null,
          leftBehind: null,
          leftBehindGroups: null,
          leftBehindPackages: null,
        },
      ],
      leftBehind: 951_100_000,
      origins: [
        {
          kind: 'base',
          id: 'base:debian:bookworm-slim',
          name: 'debian:bookworm-slim',
          bytes: 199_000_000,
          files: 3_200,
          lines: [{ stage: 2, line: 12, endLine: 12, bytes: 199_000_000, rule: 'exact' }],
        },
        {
          kind: 'stage',
          id: 'stage:0',
          name: 'builder',
          bytes: 1_960_000,
          files: 4,
          lines: [5, 7, 8, 9, 10].map((line) => ({
            stage: 0,
            line,
            endLine: line,
            bytes: 392_000,
            rule: line === 7 ? 'moved' : 'exact',
          })),
        },
        {
          kind: 'external',
          id: `external:${hostile}`,
          name: hostile,
          bytes: 40_000,
          files: 1,
          lines: [{ stage: 2, line: 14, endLine: 14, bytes: 40_000, rule: 'exact' }],
        },
      ],
      waste: {
        total: 12,
        totalBytes: 62_000_000,
        items: [
          {
            cause: 'deleted',
            bytes: 50_000_000,
            files: 30,
            layer: 1,
            hiddenBy: 2,
            storedBy: { stage: 2, line: 13, endLine: 13 },
            wastedBy: { stage: 2, line: 15, endLine: 16 },
            path: hostile,
            fix: 'Join the RUNs on lines 13 and 15 into one',
          },
          {
            cause: 'deleted',
            bytes: 12_000_000,
            files: 2,
            layer: 0,
            hiddenBy: 2,
            storedBy: null,
            wastedBy: { stage: 2, line: 15, endLine: 16 },
            path: '/usr/bin/perl',
            fix: `They stay in the layers of ${hostile}: deleting them saves nothing, choose a base without them`,
          },
          {
            cause: 'overwritten',
            bytes: 1_000,
            files: 2,
            layer: 0,
            hiddenBy: 2,
            storedBy: null,
            wastedBy: { stage: 2, line: 15, endLine: 16 },
            path: '/var/lib/dpkg/status',
            fix: null,
          },
        ],
      },
    }),
    variant('Dockerfile#builder', { kind: 'stage', target: 'builder' }),
    variant('Dockerfile.broken', {
      image: null,
      build: {
        status: 'failed',
        durationMs: 400,
        steps: 2,
        cachedSteps: 1,
        transport: 'save',
        bytesRead: 0,
        tag: null,
        error: {
          code: 'build-step-failed',
          message: 'The step failed with exit status 1',
          hint: 'Read its output above',
          dockerfile: 'Dockerfile.broken',
          line: 4,
          text: 'RUN make\tall',
          output: ['make: *** No rule', '\x1b[31mStop.\x1b[0m'],
        },
      },
    }),
  ],
  groups: [
    {
      context: '.',
      baseline: 'Dockerfile.single',
      rows: [
        { variant: 'Dockerfile.single', live: 953_000_000, delta: 0, ratio: 1, difference: null },
        { variant: 'Dockerfile', live: 201_000_000, delta: -752_000_000, ratio: 201 / 953, difference },
        {
          variant: 'Dockerfile#builder',
          live: 100_000_000,
          delta: -853_000_000,
          ratio: 100 / 953,
          difference: null,
        },
        { variant: 'Dockerfile.broken', live: null, delta: null, ratio: null, difference: null },
      ],
    },
  ],
  warnings: [],
};
