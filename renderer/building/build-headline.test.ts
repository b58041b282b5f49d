import { expect, it } from 'vitest';
import type { BuildSnapshot, VariantStatus } from '../../shared/model/build.ts';
import { buildHeadline } from './build-headline.ts';

const snapshot = (state: BuildSnapshot['state'], ...statuses: VariantStatus[]): BuildSnapshot => ({
  id: 'b',
  folder: '/p',
  state,
  startedAt: 0,
  variants: statuses.map((status, at) => ({ name: String(at), status, steps: [], logs: {} })),
});

it.each([
  [snapshot('building', 'building'), 'Building one variant'],
  [snapshot('building', 'built', 'building'), 'Building 2 variants'],
  [snapshot('reading', 'reading'), 'Reading the layers'],
  [snapshot('done', 'built', 'built'), 'Built'],
  [snapshot('done', 'built', 'failed', 'built'), '1 of 3 variants failed'],
  [snapshot('done', 'failed', 'failed'), 'No variant could be built'],
  [snapshot('failed', 'failed', 'failed'), 'No variant could be built'],
  [snapshot('done', 'failed'), 'The build failed'],
  [snapshot('failed', 'cancelled', 'failed'), 'The build failed'],
  [snapshot('cancelled', 'cancelled', 'built'), 'Cancelled'],
])('says how it stands (%#)', (state, headline) => {
  expect(buildHeadline(state)).toBe(headline);
});
