// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is what variables look like in a Dockerfile.
import { describe, expect, it } from 'vitest';
import { expandText, splitWords, WordError } from './shell-words.ts';

const values = new Map([
  ['X', 'a.b.a'],
  ['EMPTY', ''],
  ['constructor', 'own'],
]);
const expand = (text: string) => expandText(text, { escape: '\\', lookup: (name) => values.get(name) });

describe('expandText', () => {
  it.each([
    ['$X', 'a.b.a'],
    ['${X}-y', 'a.b.a-y'],
    ['$X_', ''],
    ['$UNSET', ''],
    ['$constructor$__proto__', 'own'],
    ['${UNSET:-x$X}', 'xa.b.a'],
    ['${EMPTY:-x}|${EMPTY-x}', 'x|'],
    ['${X:+y}|${EMPTY:+y}|${EMPTY+y}|${UNSET+y}', 'y||y|'],
    ['${X?no}', 'a.b.a'],
    ['${X#*.}|${X##*.}|${X%.*}|${X%%.*}', 'b.a|a|a.b|a'],
    ['${X/a/c}|${X//a/c}|${X//?./_}', 'c.b.a|c.b.c|__a'],
    ["'$X'", '$X'],
    ['"$X \'q\'"', "a.b.a 'q'"],
    ['\\$X', '$X'],
    ['"\\$X \\n"', '$X \\n'],
    ['a$', 'a$'],
  ])('replaces %j with %j', (text, result) => {
    expect(expand(text)).toBe(result);
  });

  it.each(['${X', '${}', '${X^^}', '"open', "'open", '${UNSET:?no}', '${EMPTY:?}', '${X:/a/b}'])(
    'refuses %j',
    (text) => {
      expect(() => expand(text)).toThrow(WordError);
    },
  );

  it('says what a required variable lacks', () => {
    expect(() => expand('${UNSET:?set it}')).toThrow('UNSET: set it');
  });

  it('takes a backtick as the escape character when told', () => {
    expect(expandText('`$X\\', { escape: '`', lookup: () => 'v' })).toBe('$X\\');
  });

  it('ends on deep nesting and long patterns instead of hanging', () => {
    expect(() => expand(`${'${X:+'.repeat(100_000)}`)).toThrow(WordError);
    expect(() => expand(`\${X#${'*a'.repeat(500)}}`)).toThrow(WordError);
  });
});

describe('splitWords', () => {
  it('splits at spaces outside quotes, and inside what a variable gave', () => {
    const lookup = () => 'c d';
    expect(splitWords(`a  "b c" 'd e'f $V`, { escape: '\\', lookup })).toEqual([
      'a',
      'b c',
      'd ef',
      'c',
      'd',
    ]);
  });

  it('can keep quotes, escapes and unknown variables as written', () => {
    const keep = { quotes: true, escapes: true, unset: true };
    const text = `A="b c" D=\\ e \${F:-g} $H`;
    expect(splitWords(text, { escape: '\\', keep })).toEqual(['A="b c"', 'D=\\ e', '${F:-g}', '$H']);
  });
});
