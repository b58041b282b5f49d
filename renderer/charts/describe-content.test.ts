import { expect, it } from 'vitest';
import type { FileOrigin } from '../../shared/model/origin.ts';
import { describeContent } from './describe-content.ts';
import type { OwnedImage, Owner } from './owners.ts';

const owner = (id: string, kind: Owner['kind'], title: string): Owner => ({
  id,
  kind,
  label: title,
  title,
  color: 'base-1',
});
const debian = owner('base:debian', 'base', 'base debian');
const golang = owner('base:golang', 'base', 'base golang');

/** The image of the last of three stages; it stands on golang, which stands on debian. */
const owned: OwnedImage = {
  layers: [debian, golang, owner('stage:Dockerfile:2', 'stage', 'stage 2')],
  origins: new Map([
    ['base:golang', golang],
    ['stage:0', owner('stage:Dockerfile:0', 'stage', 'stage builder')],
    ['untraced', owner('untraced', 'untraced', 'untraced')],
  ]),
  shares: [],
  stageNames: new Map([
    [0, 'builder'],
    [1, 'packer'],
    [2, 'stage 2'],
  ]),
};

const origin = (change: Partial<FileOrigin>): FileOrigin => ({
  kind: 'stage',
  id: 'stage:0',
  name: 'builder',
  stage: 0,
  line: 6,
  endLine: 6,
  rule: 'exact',
  through: [0, 1, 2],
  ...change,
});
const words = (layer: number, of: FileOrigin) =>
  describeContent({ layers: [] }, owned, { layer, origin: of });

it('says the line that made a file, the stages it came through, and whether only its content tells', () => {
  expect(words(2, origin({}))).toBe('stage builder, line 6, through packer');
  expect(words(2, origin({ rule: 'moved', through: [0, 2] }))).toMatch(
    /^stage builder, line 6, .*another path$/,
  );
});

it('says the FROM of a base, but of one that lies under another none', () => {
  const base = origin({ kind: 'base', id: 'base:golang', name: 'golang', line: 2, through: [2] });
  expect(words(1, base)).toBe('base golang, FROM line 2');
  expect(words(0, base)).toBe('base debian');
  expect(words(2, { ...base, through: [0, 2] })).toBe('base golang, FROM line 2, through builder');
});
