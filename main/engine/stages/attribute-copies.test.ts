import { expect, it } from 'vitest';
import { copyInstructions } from '../project/copy-instructions.ts';
import { parseDockerfile } from '../project/parse-dockerfile.ts';
import { withCopies } from './attribute-copies.ts';
import { attributeLayers, type LayerOwner } from './attribute-layers.ts';

/** The owners of layers with this history on a base without layers and with so many triggers, each in short. */
function tell(
  text: string,
  history: readonly string[],
  { triggers = 0, directory = '/' as string | null, known = true } = {},
) {
  const dockerfile = parseDockerfile(text, { path: 'Dockerfile', context: '.' });
  const layers = history.map((createdBy, at) => ({ diffId: String(at), createdBy }));
  const last = dockerfile.stages.length - 1;
  const base = { diffIds: [], triggers };
  const options = { baseEnv: ['A=/var'], baseWorkingDir: '/work', platform: 'linux/amd64' };
  return withCopies(attributeLayers(layers, dockerfile, last, base), layers, dockerfile, {
    copiesOf: (stage) => (known ? copyInstructions(dockerfile, stage, options) : new Map()),
    directoryOf: () => directory ?? undefined,
  }).map((owner) => {
    if (owner?.kind !== 'instruction') return undefined;
    const { line, copy } = owner;
    return [line, typeof copy === 'object' ? `${copy.sources} ${copy.destination}` : copy];
  });
}

it('says of each COPY and ADD what it copies, and of nothing else', () => {
  const text = 'FROM x\nCOPY a $A/b\nRUN make\nADD c d\n';
  const history = ['COPY a /var/b # buildkit', 'RUN /bin/sh -c make # buildkit', 'ADD c d # buildkit'];
  expect(tell(text, history)).toEqual([
    [2, '/a /var/b'],
    [3, undefined],
    [4, '/c /work/d'],
  ]);
  expect(tell(text, history, { known: false })).toEqual([
    [2, 'unknown'],
    [3, undefined],
    [4, 'unknown'],
  ]);
});

it('reads what triggers copy from the history, in the directory that they are in', () => {
  const history = [
    'COPY a b # buildkit',
    'WORKDIR /app',
    'COPY c d/ # buildkit',
    'RUN /bin/sh -c make # buildkit',
    'COPY e f # buildkit',
  ];
  const text = 'FROM x\nCOPY e f\n';
  expect(tell(text, history, { triggers: 4, directory: '/srv' })).toEqual([
    [1, '/a /srv/b'],
    [1, undefined],
    [1, '/c /app/d/'],
    [1, undefined],
    [2, '/e /work/f'],
  ]);
  const unknown = tell(text, history, { triggers: 4, directory: null });
  expect(unknown[0]).toEqual([1, 'unknown']);
  expect(unknown[2]).toEqual([1, '/c /app/d/']);
});

it('takes what a trigger of a stage copies from there that it names', () => {
  const text =
    'FROM x AS files\nFROM y AS base\nONBUILD COPY a b\nONBUILD COPY --from=files a b\nFROM base\nRUN make\n';
  const dockerfile = parseDockerfile(text, { path: 'Dockerfile', context: '.' });
  const from = (history: readonly string[]) => {
    const layers = history.map((createdBy, at) => ({ diffId: String(at), createdBy }));
    const owners = history.map((createdBy): LayerOwner => {
      const line = { kind: 'instruction', stage: 2, line: 5, endLine: 5 } as const;
      return createdBy.startsWith('RUN') ? line : { ...line, trigger: true };
    });
    const start = { copiesOf: () => new Map(), directoryOf: () => '/' };
    return withCopies(owners, layers, dockerfile, start).map((owner) => {
      const copy = owner?.kind === 'instruction' ? owner.copy : undefined;
      return typeof copy === 'object' ? (copy.from ?? 'context') : copy;
    });
  };
  const [copy, run] = ['COPY a b # buildkit', 'RUN make # buildkit'];
  expect(from([copy, copy, run])).toEqual(['context', { kind: 'stage', index: 0 }, undefined]);
  // One of them cannot be told from the other.
  expect(from([copy, run])).toEqual(['unknown', undefined]);
});
