import type { Difference, Sentence } from '../../../../shared/model/comparison-document.ts';

/** A sentence as text; its sizes as plain bytes. */
export const say = (sentence: Sentence): string =>
  sentence.map((part) => (typeof part === 'string' ? part : `${part.bytes} bytes`)).join('');

/** All of it, a line each: the verdict, then the reasons. */
export const sayAll = ({ verdict, reasons }: Difference): string =>
  [verdict, ...reasons.map(({ sentence }) => sentence)].map(say).join('\n');
