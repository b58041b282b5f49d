import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { LayerscopeError } from '../../shared/api/errors.ts';
import { BuildSsh } from '../../shared/model/project.ts';
import { sshAgents } from './ssh-option.ts';

const gather = (...values: readonly string[]) =>
  values.reduce<readonly BuildSsh[] | undefined>((all, each) => sshAgents(each, all), undefined);

it.each<[string, BuildSsh]>([
  ['default', { id: 'default', paths: [] }],
  ['default=', { id: 'default', paths: [] }],
  ['=/run/agent', { id: 'default', paths: ['/run/agent'] }],
  ['github=keys/id_a', { id: 'github', paths: [resolve('keys/id_a')] }],
  ['a=/1,2,../3', { id: 'a', paths: ['/1', resolve('2'), resolve('../3')] }],
  ['a=/x=y', { id: 'a', paths: ['/x=y'] }],
  ['a="b', { id: 'a', paths: [resolve('"b')] }],
])('%s', (value, agent) => {
  expect(gather(value)).toEqual([agent]);
  expect(BuildSsh.parse(agent)).toEqual(agent);
});

it('is repeatable, and nothing asks for nothing', () => {
  expect(gather('', 'default', '', 'b=/1')).toEqual([
    { id: 'default', paths: [] },
    { id: 'b', paths: ['/1'] },
  ]);
  expect(gather('')).toBeUndefined();
});

it.each([
  [['a', 'a=/1'], '--ssh has the id a twice'],
  [['default', '=/1'], '--ssh has the id default twice'],
  [['a=/1,,/2'], '--ssh has an empty path'],
  [['a=,'], '--ssh has an empty path'],
])('%j is refused', (values, message) => {
  expect(() => gather(...values)).toThrow(LayerscopeError);
  expect(() => gather(...values)).toThrow(message);
});
