import type { Box } from './treemap-boxes.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The sibling next to a box in a direction: the one that shares most of that edge. */
export function neighbour(boxes: readonly Box[], from: Box, direction: Direction): Box | undefined {
  let best: Box | undefined;
  let bestScore = 0;
  for (const box of boxes) {
    if (box.parent !== from.parent || box.index === from.index) continue;
    const gap = gapTowards(from, box, direction);
    if (gap < -0.5) continue;
    const shared = direction === 'left' || direction === 'right' ? overlapY(from, box) : overlapX(from, box);
    if (shared <= 0) continue;
    // Nearness first: of those that touch, the longest common edge.
    const score = shared / (1 + Math.max(0, gap));
    if (score > bestScore) {
      best = box;
      bestScore = score;
    }
  }
  return best;
}

function gapTowards(from: Box, to: Box, direction: Direction): number {
  switch (direction) {
    case 'left':
      return from.x - (to.x + to.width);
    case 'right':
      return to.x - (from.x + from.width);
    case 'up':
      return from.y - (to.y + to.height);
    case 'down':
      return to.y - (from.y + from.height);
  }
}

function overlapX(a: Box, b: Box): number {
  return Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
}

function overlapY(a: Box, b: Box): number {
  return Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
}
