import { useEffect, useState } from 'react';
import { formatBytes, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { useAnnounce } from '../data/announcer.tsx';
import { copyText } from '../data/copy-text.ts';
import { useSettings } from '../data/settings.tsx';
import './bytes.css';

export interface BytesProps {
  /** Null and undefined: not known. */
  readonly value: number | null | undefined;
  /** Marks an increase with +. */
  readonly sign?: boolean;
  /** Only text with a tooltip: inside of rows and controls that are clickable themselves. */
  readonly plain?: boolean;
}

/** Bytes as a person reads them; the tooltip has every byte, a click copies them. */
export function Bytes({ value, sign = false, plain = false }: BytesProps) {
  const { byteBase } = useSettings();
  const announce = useAnnounce();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1200);
    return () => clearTimeout(timer);
  }, [copied]);

  if (value === null || value === undefined) {
    return (
      <span className="bytes muted" title="Not known">
        –<span className="visually-hidden"> not known</span>
      </span>
    );
  }
  const text = formatBytes(value, { base: byteBase, sign });
  const exact = formatExactBytes(value);
  if (plain) {
    return (
      <span className="bytes" title={exact}>
        {text}
      </span>
    );
  }
  const copy = async () => {
    if (!(await copyText(String(value)))) return announce('Copying is not allowed here');
    setCopied(true);
    announce(`Copied ${exact}`);
  };
  return (
    <button type="button" className="bytes bytes-copy" title={`${exact}, click to copy`} onClick={copy}>
      {copied ? 'Copied' : text}
    </button>
  );
}
