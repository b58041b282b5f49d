import { describe, expect, it } from 'vitest';
import { headline } from './headline.ts';

describe('headline', () => {
  it('says by how much, in words too', () => {
    expect(headline(903_139_534, 200_709_421)).toEqual({
      trend: 'smaller',
      change: '−78 %',
      words: '702 MB smaller',
    });
    expect(headline(200, 300)).toEqual({ trend: 'larger', change: '+50 %', words: '100 B larger' });
    expect(headline(100, 4130)).toMatchObject({ trend: 'larger', change: '41.3 ×' });
  });

  it('never rounds a difference away', () => {
    expect(headline(1_000_000, 999_999)).toMatchObject({
      trend: 'smaller',
      change: '−<0.1 %',
      words: '1 B smaller',
    });
    expect(headline(5, 5)).toMatchObject({ trend: 'same' });
  });

  it('knows what cannot be said', () => {
    expect(headline(null, 5)).toMatchObject({ trend: 'unknown', change: undefined });
    expect(headline(0, 5)).toEqual({ trend: 'larger', change: undefined, words: '5 B larger' });
  });
});
