import { describe, expect, it } from 'vitest';
import type { Box } from './treemap-boxes.ts';
import { neighbour } from './treemap-navigation.ts';

function box(index: number, x: number, y: number, width: number, height: number, parent = -1): Box {
  const tile = { name: `${index}`, path: `/${index}`, kind: 'file', bytes: 1, files: 1, layer: 0 } as const;
  return { index, tile, depth: 1, parent, children: [], x, y, width, height };
}

/** A tall one on the left, two beside it, one below all; 4 lies inside 0. */
const boxes = [
  box(0, 0, 0, 50, 80),
  box(1, 50, 0, 50, 60),
  box(2, 50, 60, 50, 20),
  box(3, 0, 80, 100, 20),
  box(4, 0, 0, 50, 80, 0),
];
const go = (from: number, direction: Parameters<typeof neighbour>[2]) =>
  neighbour(boxes, boxes[from]!, direction)?.index;

describe('neighbour', () => {
  it('goes to the sibling with the longest common edge', () => {
    expect(go(0, 'right')).toBe(1);
    expect(go(1, 'left')).toBe(0);
    expect(go(1, 'down')).toBe(2);
    expect(go(2, 'down')).toBe(3);
    expect(go(2, 'left')).toBe(0);
    expect(go(3, 'up')).toBe(0);
  });

  it('stays at the edge, and among siblings', () => {
    expect(go(0, 'left')).toBeUndefined();
    expect(go(0, 'up')).toBeUndefined();
    expect(go(4, 'right')).toBeUndefined();
  });
});
