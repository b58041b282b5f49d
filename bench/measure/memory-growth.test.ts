import { describe, expect, it } from 'vitest';
import { memoryGrowth } from './memory-growth.ts';

describe.runIf(process.platform === 'linux')('the growth of memory', () => {
  it('is what was had at the peak, also when it is gone again', () => {
    const growth = memoryGrowth();
    let room: Buffer | undefined = Buffer.alloc(100_000_000, 1);
    room = undefined;
    const more = growth.stop()!;
    expect(more).toBeGreaterThan(90_000_000);
    expect(more).toBeLessThan(200_000_000);
    expect(room).toBeUndefined();
  });

  it('forgets what was there before', () => {
    const room = Buffer.alloc(100_000_000, 1);
    expect(memoryGrowth().stop()).toBeLessThan(50_000_000);
    expect(room[0]).toBe(1);
  });
});
