import { formatBytes, formatExactBytes } from '../../shared/model/format-bytes.ts';
import { useSettings } from '../data/settings.tsx';
import { useCopied } from '../data/use-copied.ts';
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
  const { copied, copy } = useCopied();

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
  return (
    <button
      type="button"
      className="bytes bytes-copy"
      title={`${exact}, click to copy`}
      onClick={() => copy(String(value), exact)}
    >
      {copied ? 'Copied' : text}
    </button>
  );
}
