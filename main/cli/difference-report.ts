import type { Difference, Reason, Sentence } from '../../shared/model/comparison-document.ts';
import { formatBytes, minusSign } from '../../shared/model/format-bytes.ts';
import type { ReportOptions } from './print.ts';
import { printable } from './printable.ts';
import { wrapText } from './wrap-text.ts';

/** A sentence on one line, what it names made safe for a terminal. */
export function sentenceText(sentence: Sentence): string {
  return sentence
    .map((part) => (typeof part === 'string' ? printable(part) : formatBytes(part.bytes)))
    .join('');
}

const signs: Readonly<Record<Reason['effect'], string>> = { smaller: minusSign, larger: '+', same: '=' };

/** The verdict and its reasons, largest first, each with its sign; where there is none the headline. */
export function differenceReport(
  difference: Difference | null,
  headline: string,
  { width, styles }: ReportOptions,
): readonly string[] {
  if (!difference) return [styles.bold(headline)];
  const reasons = difference.reasons.flatMap(({ sentence, effect }) => {
    const lines = wrapText(sentenceText(sentence), width - 2);
    return lines.map((line, index) => `${index === 0 ? signs[effect] : ' '} ${line}`);
  });
  return [...wrapText(sentenceText(difference.verdict), width).map(styles.bold), ...reasons];
}
