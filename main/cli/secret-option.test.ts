import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { LayerscopeError } from '../../shared/api/errors.ts';
import { BuildSecret } from '../../shared/model/project.ts';
import { secrets } from './secret-option.ts';

const gather = (...values: readonly string[]) =>
  values.reduce<readonly BuildSecret[] | undefined>((all, each) => secrets(each, all), undefined);

it.each<[string, BuildSecret]>([
  ['id=a,src=/run/a', { id: 'a', source: '/run/a' }],
  ['id=a,source=b/c', { id: 'a', source: resolve('b/c') }],
  ['src=../a,id=a', { id: 'a', source: resolve('..', 'a') }],
  ['id=a,env=TOKEN', { id: 'a', environment: 'TOKEN' }],
  ['id=a,env=NOT_THERE', { id: 'a', environment: 'NOT_THERE' }],
  ['type=file,id=a,src=b', { id: 'a', source: resolve('b') }],
  ['type=env,id=a,src=TOKEN', { id: 'a', environment: 'TOKEN' }],
  ['type=env,id=a,env=TOKEN', { id: 'a', environment: 'TOKEN' }],
  ['id=a,src=b,env=TOKEN', { id: 'a', environment: 'TOKEN' }],
  ['id=TOKEN', { id: 'TOKEN', environment: 'TOKEN', source: resolve('TOKEN') }],
  ['id=TOKEN,type=env', { id: 'TOKEN', environment: 'TOKEN', source: resolve('TOKEN') }],
  ['id=a,src=,env=', { id: 'a', environment: 'a', source: resolve('a') }],
  ['ID=a,SRC=b', { id: 'a', source: resolve('b') }],
  ['id=a,src=b=c', { id: 'a', source: resolve('b=c') }],
  ['id=a,"src=b,c"', { id: 'a', source: resolve('b,c') }],
  ['id=__proto__,src=b', { id: '__proto__', source: resolve('b') }],
])('%s', (value, secret) => {
  expect(gather(value)).toEqual([secret]);
  expect(BuildSecret.parse(secret)).toEqual(secret);
});

it('is repeatable; of two with one id the later one counts', () => {
  expect(gather('id=a,src=/1', 'id=b,env=B', 'id=a,env=A')).toEqual([
    { id: 'b', environment: 'B' },
    { id: 'a', environment: 'A' },
  ]);
});

it.each([
  ['', 'has a field without ='],
  ['hunter2', 'has a field without ='],
  ['TOKEN=hunter2', 'has a field other than id, src, env and type'],
  ['id=TOKEN,value=hunter2', 'has a field other than id, src, env and type'],
  ['id=TOKEN,hunter2', 'has a field without ='],
  ['id=TOKEN,__proto__=hunter2', 'has a field other than id, src, env and type'],
  ['id=,src=/hunter2', 'has no id'],
  ['src=/hunter2', 'has no id'],
  ['id=a,type=hunter2', 'has a type other than file and env'],
  ['id=a,src="hunter2"', 'has a quote in the wrong place'],
])('%j is refused, and what was typed is not repeated', (value, message) => {
  let thrown: unknown;
  try {
    gather(value);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(LayerscopeError);
  const { info } = thrown as LayerscopeError;
  expect(info).toMatchObject({ code: 'usage', message: `--secret ${message}` });
  expect(JSON.stringify(info)).not.toContain('hunter2');
});
