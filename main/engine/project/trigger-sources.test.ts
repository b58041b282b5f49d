import { expect, it } from 'vitest';
import { parseDockerfile } from './parse-dockerfile.ts';
import { triggerSources } from './trigger-sources.ts';

const sources = (source: string, stage: number) =>
  triggerSources(parseDockerfile(source, { path: 'Dockerfile', context: '.' }), stage);

it('tells of each COPY and ADD of the base stage what it takes from', () => {
  const source = [
    'FROM scratch AS Files',
    'FROM alpine AS base',
    'ONBUILD COPY a b',
    'COPY --from=files own own',
    'ONBUILD copy --chown=1 --from=FILES a b',
    'ONBUILD RUN true',
    'ONBUILD COPY --from=0 a b',
    'ONBUILD COPY --from=nginx:1 a b',
    'ONBUILD COPY --from=scratch a b',
    'ONBUILD COPY --from=9 a b',
    'ONBUILD ADD c d',
    'FROM base AS next',
    'FROM next',
    '',
  ].join('\n');
  const files = { kind: 'stage', index: 0 };
  const image = { kind: 'image', reference: 'nginx:1' };
  expect(sources(source, 2)).toEqual([undefined, files, files, image, 'unknown', 'unknown', undefined]);
  expect([0, 1, 3, 4].map((stage) => sources(source, stage))).toEqual([[], [], [], []]);
});
