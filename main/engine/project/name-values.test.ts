// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in a Dockerfile.
import { describe, expect, it } from 'vitest';
import { declarationsOf, pairsOf } from './name-values.ts';

const shown = (pairs: readonly { name: string; value?: string }[]) =>
  pairs.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));

describe('pairsOf', () => {
  it.each([
    ['A=1 B=2', ['A=1', 'B=2']],
    ['A="x y"  B=\'z w\'', ['A="x y"', "B='z w'"]],
    ['A=x\\ y B=a=b', ['A=x\\ y', 'B=a=b']],
    ['A=${B:-"c d"} E=', ['A=${B:-"c d"}', 'E=']],
    ['A x  "y" z', ['A=x  "y" z']],
    ['A', ['A']],
    ['', []],
    ['A="never closed', ['A="never closed']],
    ['A="it\\"s" B=\'a\\\' C=1', ['A="it\\"s"', "B='a\\'", 'C=1']],
  ])('reads %s', (rest, expected) => {
    expect(shown(pairsOf(rest, '\\'))).toEqual(expected);
  });

  it('takes the escape character of the file', () => {
    expect(shown(pairsOf('A=x` y B=\\ C=1', '`'))).toEqual(['A=x` y', 'B=\\', 'C=1']);
  });
});

it('declarationsOf reads names with and without a value', () => {
  expect(declarationsOf('A B= C="x y"', '\\')).toEqual([
    { name: 'A' },
    { name: 'B', value: '' },
    { name: 'C', value: '"x y"' },
  ]);
});
