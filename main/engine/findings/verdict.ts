import type { Sentence } from '../../../shared/model/comparison-document.ts';
import { formatPercent } from '../../../shared/model/format-bytes.ts';

/** A difference below this share of the left image is hardly one. */
const hardly = 0.1;

/** Whether an image of so many bytes is hardly smaller or larger than another one. */
export function isHardlyDifferent(left: number, right: number): boolean {
  return Math.abs(right - left) < left * hardly;
}

/** One line on live bytes: `78 % smaller: 903 MB → 201 MB`. */
export function verdictOf(left: number, right: number): Sentence {
  if (left === right) return ['The same size: ', { bytes: right }];
  return [`${changeOf(left, right)}: `, { bytes: left }, ' → ', { bytes: right }];
}

function changeOf(left: number, right: number): string {
  const way = right < left ? 'smaller' : 'larger';
  if (left === 0) return 'Larger';
  const share = formatPercent(Math.abs(right - left) / left);
  if (isHardlyDifferent(left, right)) return `Hardly ${way}, by ${share}`;
  // Three times as large is easier to grasp than 200 % larger.
  return right >= 2 * left ? `${Number((right / left).toPrecision(2))} times as large` : `${share} ${way}`;
}
