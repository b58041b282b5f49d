import { describe, expect, it } from 'vitest';
import type { FileOrigin } from '../../../shared/model/origin.ts';
import { flowPath } from './flow-path.ts';

const way = (kind: FileOrigin['kind'], id: string, ...through: number[]) =>
  flowPath({ kind, id, name: id, stage: 0, line: 1, endLine: 1, rule: null, through });

describe('the way of content', () => {
  it('goes from its origin through stages to the image', () => {
    expect(way('base', 'base:alpine:3.20', 0, 2)).toEqual([
      'base:alpine:3.20',
      'stage:0',
      'stage:2',
      'image',
    ]);
    expect(way('untraced', 'untraced', 1)).toEqual(['untraced', 'stage:1', 'image']);
  });

  it('starts at the stage that made it', () => {
    expect(way('stage', 'stage:0', 0, 1)).toEqual(['stage:0', 'stage:1', 'image']);
  });
});
