import { expect, it } from 'vitest';
import type { ImageFacts } from '../../shared/model/image-document.ts';
import type { ProjectDocument, VariantDocument } from '../../shared/model/project-document.ts';
import { resultAddress } from './result-address.ts';

function variant(
  name: string,
  kind: VariantDocument['kind'],
  live: number | null | undefined,
): VariantDocument {
  const sizes: ImageFacts['sizes'] = {
    stored: null,
    live: live ?? null,
    reclaimable: null,
    duplicates: null,
    tar: null,
    compressed: null,
    engine: null,
  };
  const image: ImageFacts = {
    name,
    id: 'sha256:0',
    platform: 'linux/amd64',
    created: null,
    sizes,
    efficiency: null,
    reclaimableByCause: null,
    files: null,
    layers: [],
    config: { user: '', entrypoint: [], cmd: [], env: [], workingDir: '', labels: {} },
    waste: null,
    duplicates: null,
  };
  return {
    name,
    dockerfile: name,
    context: '.',
    target: null,
    platform: null,
    buildArgs: {},
    kind,
    build: {
      status: live === undefined ? 'failed' : 'built',
      durationMs: 1,
      steps: 1,
      cachedSteps: 0,
      transport: 'save',
      bytesRead: 0,
      tag: null,
      error: null,
    },
    image: live === undefined ? null : image,
    origins: null,
    stages: [],
    leftBehind: null,
    flows: null,
    lines: [],
    waste: null,
  };
}

function project(variants: readonly VariantDocument[], baseline: string | null): ProjectDocument {
  const rows = variants.map(({ name }) => ({
    variant: name,
    live: null,
    delta: null,
    ratio: null,
    difference: null,
  }));
  return {
    schema: 'layerscope/project@1',
    folder: '/p',
    variants: [...variants],
    groups: [{ context: '.', baseline, rows }],
    warnings: [],
  };
}

const query = (address: string | undefined) => {
  const url = new URL(address!, 'http://host');
  return [
    url.pathname,
    url.searchParams.get('left') ?? url.searchParams.get('variant'),
    url.searchParams.get('right'),
  ];
};

it('holds the smallest multi-stage variant against the baseline', () => {
  const document = project(
    [
      variant('big', 'multi-stage', 300),
      variant('small', 'multi-stage', 200),
      variant('single', 'single-stage', 900),
      variant('small#builder', 'stage', 100),
    ],
    'single',
  );
  expect(query(resultAddress('/p', document))).toEqual(['/compare', 'single', 'small']);
});

it('takes one of unknown size only where there is no other', () => {
  const one = [variant('single', 'single-stage', 900), variant('unknown', 'multi-stage', null)];
  expect(query(resultAddress('/p', project(one, 'single')))).toEqual(['/compare', 'single', 'unknown']);
  const two = [...one, variant('known', 'multi-stage', 5)];
  expect(query(resultAddress('/p', project(two, 'single')))).toEqual(['/compare', 'single', 'known']);
});

it('leads to the image of the only one built, and nowhere without any', () => {
  const failed = variant('single', 'single-stage', undefined);
  expect(query(resultAddress('/p', project([failed, variant('multi', 'multi-stage', 1)], null)))).toEqual([
    '/image',
    'multi',
    null,
  ]);
  expect(resultAddress('/p', project([failed], null))).toBeUndefined();
});
