import { expect, it } from 'vitest';
import { mountSources } from './mount-sources.ts';

it.each([
  ['type=bind,from=a,target=/x', ['a']],
  ['from=a', ['a']],
  ['TYPE=Cache,FROM=b', ['b']],
  ['type=bind,target=/x', []],
  ['type=secret,from=a', []],
  ['type=tmpfs,target=/x', []],
  ['"from=a,b",target=/x', ['a,b']],
  ['readonly,from=a', ['a']],
  ['', []],
])('takes from %j', (mount, sources) => {
  expect(mountSources(mount)).toEqual(sources);
});
