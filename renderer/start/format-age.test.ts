import { expect, it } from 'vitest';
import { formatAge } from './format-age.ts';

const hour = 3_600_000;

it.each([
  [-5, 'Less than a second ago'],
  [1000, '1 second ago'],
  [59_999, '59 seconds ago'],
  [60_000, 'About a minute ago'],
  [hour - 1, '59 minutes ago'],
  [hour, 'About an hour ago'],
  [47.9 * hour, '47 hours ago'],
  [48 * hour, '2 days ago'],
  [13.9 * 24 * hour, '13 days ago'],
  [14 * 24 * hour, '2 weeks ago'],
  [60 * 24 * hour, '2 months ago'],
  [730 * 24 * hour, '2 years ago'],
])('%d ms is %s', (age, text) => {
  expect(formatAge(age)).toBe(text);
});
