import { useEffect, useState } from 'react';
import { useAnnounce } from './announcer.tsx';
import { copyText } from './copy-text.ts';

/** How long something says that it was copied, ms. */
const shownMs = 1200;

/** Copies text and says so: to screen readers at once, and for a moment to whoever shows `copied`. */
export function useCopied(): {
  readonly copied: boolean;
  /** `what` is what was copied, as it is said. */
  copy(text: string, what: string): Promise<void>;
} {
  const announce = useAnnounce();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return {
    copied,
    async copy(text, what) {
      if (!(await copyText(text))) return announce('Copying is not allowed here');
      setCopied(true);
      announce(`Copied ${what}`);
    },
  };
}
