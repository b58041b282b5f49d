import { expect, it } from 'vitest';
import { chooseVariants } from './choose-variants.ts';
import { parseDockerfile } from './parse-dockerfile.ts';
import { planVariants } from './plan-variants.ts';

function projectOf(sources: Readonly<Record<string, string>>) {
  const dockerfiles = Object.entries(sources).map(([path, source]) =>
    parseDockerfile(source, { path, context: '.' }),
  );
  return { folder: '/project', name: 'project', dockerfiles, ...planVariants(dockerfiles) };
}

const project = projectOf({ Dockerfile: 'FROM a AS one\nFROM b\n', 'Dockerfile.slim': 'FROM a\n' });

it('gives the variants of names in the order of the names', () => {
  const chosen = chooseVariants(project, ['Dockerfile.slim', 'Dockerfile#one']);
  expect(chosen.map(({ name }) => name)).toEqual(['Dockerfile.slim', 'Dockerfile#one']);
});

it('says which there are where one is not there, and what of the folder could not be read', () => {
  const unknown = () => chooseVariants(project, ['Dockerfile#two']);
  expect(unknown).toThrow(/^There is no variant "Dockerfile#two" in \/project$/);
  expect(unknown).toThrow(
    expect.objectContaining({
      info: expect.objectContaining({
        code: 'stage-unknown',
        candidates: ['Dockerfile', 'Dockerfile#one', 'Dockerfile.slim'],
      }),
    }),
  );
  const warnings = [{ code: 'compose-problem', message: 'compose.yaml, line 3: It is no YAML' }];
  expect(() => chooseVariants({ ...project, warnings }, ['compose.yaml#web'])).toThrow(
    /compose\.yaml, line 3/,
  );
});

it('says what is wrong with the Dockerfile whose stages cannot be told any more', () => {
  const broken = projectOf({ Dockerfile: 'FROM a AS one\nRUNN\nFROM b\n', 'Dockerfile.slim': 'FROM a\n' });
  const stageless = { ...broken, variants: broken.variants.filter(({ name }) => name !== 'Dockerfile#one') };
  expect(() => chooseVariants(stageless, ['Dockerfile#one'])).toThrow(
    expect.objectContaining({ info: expect.objectContaining({ code: 'dockerfile-invalid' }) }),
  );
  expect(() => chooseVariants(stageless, ['Dockerfile.slim#one'])).toThrow(/There is no variant/);
});

it('wants one at least', () => {
  expect(() => chooseVariants(project, [])).toThrow(/No variant is ticked/);
});
