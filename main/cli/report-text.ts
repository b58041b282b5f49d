import { formatBytes, formatCount } from '../../shared/model/format-bytes.ts';
import { printable } from './printable.ts';

/** What stands where a value is not known. */
export const unknown = '–';

export function bytesOr(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined ? unknown : formatBytes(bytes);
}

export function countOr(count: number | null | undefined): string {
  return count === null || count === undefined ? unknown : formatCount(count);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `4`, `4, 7, 9` or `4, 7, 9 and 12 more`. */
export function linesText(lines: readonly number[], most: number): string {
  const more = lines.length - most;
  return `${lines.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `sha256:0123456789ab`, as docker shortens it. */
export function shortId(id: string): string {
  return printable(id.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1'));
}

/** A line of the image's history as its Dockerfile would have it, on one line. */
export function instructionText(createdBy: string | null): string {
  if (createdBy === null) return unknown;
  const text = createdBy
    .replace(/^(?:RUN )?\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?\/bin\/sh -c /, 'RUN ')
    .replace(/^RUN \|\d+ .*? \/bin\/sh -c /, 'RUN ')
    .replace(/\s*# buildkit$/, '')
    .replace(/\s+/g, ' ');
  return printable(text);
}
