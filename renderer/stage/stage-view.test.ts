import { expect, it } from 'vitest';
import { stageAddress } from '../addresses.ts';
import { readStageSubject, readStageTab } from './stage-view.ts';

const query = (address: string) => new URLSearchParams(address.slice(address.indexOf('?')));

it('reads a stage, and nothing from nonsense', () => {
  const address = query(stageAddress('/a b', 'D#x', 0, { view: 'packages' }));
  expect(readStageSubject(address)).toEqual({ folder: '/a b', variant: 'D#x', stage: 0 });
  expect(readStageTab(address)).toBe('packages');
  expect(readStageTab(query('?view=evil'))).toBe('treemap');
  for (const wrong of [
    '?folder=/a&variant=b',
    '?folder=/a&variant=b&stage=-1',
    '?variant=b&stage=1',
    '?folder=/a&variant=b&stage=x',
  ])
    expect(readStageSubject(query(wrong))).toBeUndefined();
});
