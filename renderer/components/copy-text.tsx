import { useEffect, useState } from 'react';
import { useAnnounce } from '../data/announcer.tsx';
import { copyText } from '../data/copy-text.ts';
import { Button } from './button.tsx';
import './copy-text.css';

export interface CopyTextProps {
  /** What it is: `command`. */
  readonly label: string;
  readonly text: string;
}

/** Text to be pasted elsewhere, with a button that copies it. */
export function CopyText({ label, text }: CopyTextProps) {
  const announce = useAnnounce();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1200);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (!(await copyText(text))) return announce('Copying is not allowed here');
    setCopied(true);
    announce(`Copied the ${label}`);
  };
  return (
    <div className="copy-text">
      <code>{text}</code>
      <Button onClick={copy} aria-label={`Copy the ${label}`}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
