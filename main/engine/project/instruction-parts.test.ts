import { expect, it } from 'vitest';
import { splitInstruction, stringArray } from './instruction-parts.ts';

it.each([
  ['copy --from=a b c', 'COPY', [{ name: 'from', value: 'a' }], 'b c'],
  ['COPY --link --from="a b" x y', 'COPY', [{ name: 'link' }, { name: 'from', value: 'a b' }], 'x y'],
  [
    "RUN --mount='type=bind,from=a' ls --all",
    'RUN',
    [{ name: 'mount', value: 'type=bind,from=a' }],
    'ls --all',
  ],
  ['RUN -- --not-a-flag', 'RUN', [], '--not-a-flag'],
  ['RUN --x=a\\ b c', 'RUN', [{ name: 'x', value: 'a b' }], 'c'],
  ['FROM\t--platform=x  y', 'FROM', [{ name: 'platform', value: 'x' }], 'y'],
  ['RUN', 'RUN', [], ''],
])('splits %j', (text, keyword, flags, rest) => {
  expect(splitInstruction(text, '\\')).toEqual({ keyword, flags, rest });
});

it('takes time in proportion to a line of flags', () => {
  const started = performance.now();
  expect(splitInstruction(`FROM ${'--a '.repeat(250_000)}`, '\\').flags).toHaveLength(250_000);
  expect(performance.now() - started).toBeLessThan(3000);
});

it('reads the JSON form, and only that', () => {
  expect(stringArray('["a", "b"]')).toEqual(['a', 'b']);
  expect(stringArray('[]')).toEqual([]);
  expect(stringArray('["a", 1]')).toBeUndefined();
  expect(stringArray("['a']")).toBeUndefined();
  expect(stringArray('[ -f x ] && y')).toBeUndefined();
});
