import { useCopied } from '../data/use-copied.ts';
import { Button } from './button.tsx';
import './copy-text.css';

export interface CopyTextProps {
  /** What it is: `command`. */
  readonly label: string;
  readonly text: string;
}

/** Text to be pasted elsewhere, with a button that copies it. */
export function CopyText({ label, text }: CopyTextProps) {
  const { copied, copy } = useCopied();
  return (
    <div className="copy-text">
      <code>{text}</code>
      <Button onClick={() => copy(text, `the ${label}`)} aria-label={`Copy the ${label}`}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
