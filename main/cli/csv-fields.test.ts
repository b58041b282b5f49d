import { expect, it } from 'vitest';
import { csvFields } from './csv-fields.ts';

it.each([
  ['id=a,src=b', ['id=a', 'src=b']],
  ['id=a', ['id=a']],
  ['', ['']],
  [',', ['', '']],
  ['id=a,', ['id=a', '']],
  ['id=a,"src=/x,y"', ['id=a', 'src=/x,y']],
  ['"src=a ""b"" c",id=d', ['src=a "b" c', 'id=d']],
  ['""', ['']],
  ['"a\nb",c', ['a\nb', 'c']],
  ['src=a b , id=c', ['src=a b ', ' id=c']],
])('%j', (line, fields) => {
  expect(csvFields(line)).toEqual(fields);
});

it.each(['a"b', 'src="a,b"', '"a', '"a"b', '"a"" ,b', ',"'])('%j: the quotes are not right', (line) => {
  expect(csvFields(line)).toBeUndefined();
});

it('takes no longer for a long one', () => {
  expect(csvFields('"'.repeat(200_001))).toBeUndefined();
  expect(csvFields(','.repeat(200_000))).toHaveLength(200_001);
});
