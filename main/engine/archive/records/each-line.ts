const newLine = 0x0a;
const carriageReturn = 0x0d;

/** Calls `visit` with where each line begins and ends, until it returns true. A line may end in CR LF. */
export function eachLine(bytes: Buffer, visit: (start: number, end: number) => unknown): void {
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(newLine, start);
    const next = found < 0 ? bytes.length : found;
    const end = next > start && bytes[next - 1] === carriageReturn ? next - 1 : next;
    if (visit(start, end) === true) return;
    start = next + 1;
  }
}

/** What stands behind `KEY:` at the beginning of a line; undefined of a line with another key. */
export function fieldOf(bytes: Buffer, start: number, end: number, key: Buffer): string | undefined {
  if (end - start < key.length || bytes.compare(key, 0, key.length, start, start + key.length) !== 0) {
    return undefined;
  }
  return bytes.toString('utf8', start + key.length, end).trim();
}
