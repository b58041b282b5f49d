import { useLayoutEffect, useRef } from 'react';
import { plainLog } from './plain-log.ts';

/** What a step printed; stays at its end while a person has not scrolled away from it. */
export function StepLog({ label, text }: { readonly label: string; readonly text: string }) {
  const element = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  const plain = plainLog(text);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what moves the end
  useLayoutEffect(() => {
    const log = element.current;
    if (log && atEnd.current) log.scrollTop = log.scrollHeight;
  }, [plain]);

  return (
    <section aria-label={label}>
      <pre
        ref={element}
        className="step-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and has to from the keyboard too
        tabIndex={0}
        onScroll={({ currentTarget: log }) => {
          atEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
        }}
      >
        {plain}
      </pre>
    </section>
  );
}
