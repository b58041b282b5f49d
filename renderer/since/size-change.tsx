import { formatExactBytes } from '../../shared/model/format-bytes.ts';
import { useFormatBytes } from '../charts/use-format-bytes.ts';
import './size-change.css';

export interface SizeChangeProps {
  /** now − before. */
  readonly bytes: number;
}

/** By how much something grew or shrank since the build before; nothing where it did not. */
export function SizeChange({ bytes }: SizeChangeProps) {
  const format = useFormatBytes();
  if (bytes === 0) return null;
  const grew = bytes > 0;
  return (
    <span
      className={`size-change size-change-${grew ? 'grew' : 'shrank'}`}
      title={`${formatExactBytes(bytes)} since the build before`}
    >
      <span className="visually-hidden">
        {grew ? 'grew' : 'shrank'} by {format(Math.abs(bytes))} since the build before
      </span>
      <span aria-hidden="true">
        {grew ? '▲' : '▼'} {format(bytes, true)}
      </span>
    </span>
  );
}
