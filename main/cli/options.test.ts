import { expect, it } from 'vitest';
import { buildArgs, integerBetween } from './options.ts';

it('gathers build arguments', () => {
  const gather = buildArgs({ HOME: '/root' });
  const all = ['A=1', 'B=x=y', 'C=', 'HOME', 'UNSET', 'A=2', '__proto__=p'].reduce<
    Readonly<Record<string, string>> | undefined
  >((previous, each) => gather(each, previous), undefined);
  expect(Object.entries(all ?? {})).toEqual([
    ['A', '2'],
    ['B', 'x=y'],
    ['C', ''],
    ['HOME', '/root'],
    ['__proto__', 'p'],
  ]);
  expect(() => gather('=x', undefined)).toThrow('NAME=VALUE');
});

it('takes whole numbers within their bounds only', () => {
  const parse = integerBetween(1, 10);
  expect(parse('10')).toBe(10);
  for (const wrong of ['0', '11', '-1', '1.5', '1e1', '', 'x', ' 3', '0x3']) {
    expect(() => parse(wrong), wrong).toThrow('from 1 to 10');
  }
});
