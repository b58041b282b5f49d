import type { Sentence } from '../../shared/model/comparison-document.ts';
import { Bytes } from '../components/bytes.tsx';
import { visibleText } from './visible-text.ts';

/** A sentence with its sizes in the chosen unit; each has its exact bytes in a tooltip. */
export function SentenceText({ sentence }: { readonly sentence: Sentence }) {
  return (
    <>
      {sentence.map((part, index) =>
        typeof part === 'string' ? (
          visibleText(part)
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never change places
          <Bytes key={index} value={part.bytes} plain />
        ),
      )}
    </>
  );
}
