import { expect, it } from 'vitest';
import type { LineBytes, VariantDocument } from '../../shared/model/project-document.ts';
import { contributedSum } from './contributed-sum.ts';

const line = (contributed: number | null): LineBytes => ({
  stage: 0,
  line: 1,
  endLine: 1,
  keyword: 'RUN',
  added: null,
  live: null,
  wasted: null,
  contributed,
});

function variant(lines: readonly LineBytes[], untraced: number): VariantDocument {
  const origin = { kind: 'untraced', id: 'untraced', name: '', bytes: untraced, files: 1, lines: [] };
  return {
    lines,
    origins: untraced > 0 ? [origin] : [],
    image: { sizes: { live: 10 } },
  } as unknown as VariantDocument;
}

it('sums the lines, and what is untraced beside', () => {
  expect(contributedSum(variant([line(3), line(7)], 0))).toEqual({ lines: 10, untraced: 0, live: 10 });
  expect(contributedSum(variant([line(3)], 6))).toEqual({ lines: 3, untraced: 6, live: 10 });
});

it('says nothing of what is not known', () => {
  expect(contributedSum(variant([line(3), line(null)], 0))).toBeUndefined();
  expect(contributedSum(variant([], 0))).toBeUndefined();
  expect(contributedSum({ ...variant([line(1)], 0), origins: null })).toBeUndefined();
  expect(contributedSum({ ...variant([line(1)], 0), image: null })).toBeUndefined();
});
