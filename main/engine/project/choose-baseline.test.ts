import { expect, it } from 'vitest';
import { chooseBaseline } from './choose-baseline.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { planVariants } from './plan-variants.ts';

const threeStages = `FROM node AS deps
FROM node AS builder
FROM node
COPY --from=builder /a /
COPY --from=deps /b /
`;
function baseline(
  files: Record<string, string>,
  copiedBytes?: Map<string, Map<number, number>>,
  unselect: string[] = [],
) {
  const dockerfiles = Object.entries(files).map(([path, source]) =>
    parseDockerfile(source, { path, context: '.' }),
  );
  const variants = planVariants(dockerfiles).variants.map((variant) => ({
    ...variant,
    selected: variant.selected && !unselect.includes(variant.name),
  }));
  return chooseBaseline({ variants, dockerfiles, ...(copiedBytes && { copiedBytes }) });
}

it('is the first single-stage Dockerfile by name', () => {
  const files = { 'Dockerfile.z': 'FROM a', Dockerfile: threeStages, 'Dockerfile.b': 'FROM b' };
  expect(baseline(files)).toBe('Dockerfile.b');
  expect(baseline(files, undefined, ['Dockerfile.b'])).toBe('Dockerfile.z');
});

it('is else the latest stage the image copies from, before the build', () => {
  expect(baseline({ Dockerfile: threeStages })).toBe('Dockerfile#builder');
});

it('is the stage that gave most bytes, after the build; the later of two that gave as many', () => {
  const bytes = (deps: number, builder: number) =>
    new Map([
      [
        'Dockerfile',
        new Map([
          [0, deps],
          [1, builder],
        ]),
      ],
    ]);
  expect(baseline({ Dockerfile: threeStages }, bytes(3, 2))).toBe('Dockerfile#deps');
  expect(baseline({ Dockerfile: threeStages }, bytes(3, 3))).toBe('Dockerfile#builder');
});

it('sees through a final stage that starts from another', () => {
  expect(baseline({ Dockerfile: 'FROM a AS x\nFROM b AS y\nCOPY --from=x . .\nFROM y' })).toBe(
    'Dockerfile#x',
  );
});

it('is nothing where the chosen stage is not built', () => {
  expect(baseline({ Dockerfile: threeStages }, undefined, ['Dockerfile#builder'])).toBeUndefined();
  expect(baseline({})).toBeUndefined();
});
