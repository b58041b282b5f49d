import { eachLine, fieldOf } from './each-line.ts';
import type { RecordText } from './record-text.ts';

const keys = ['Package:', 'Status:', 'Version:', 'Architecture:'].map((key) => Buffer.from(key)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];
const newLine = 0x0a;
const slash = 0x2f;

/**
 * The packages of a status file that are there: of one that was removed the configuration may be left (dpkg(1),
 * "Package states"). The distroless images say no status.
 */
export function reduceDpkgStatus(bytes: Buffer, to: RecordText): void {
  let fields: (string | undefined)[] = [];
  const end = () => {
    const [name, status, version, architecture] = fields;
    const state = status?.split(' ')[2];
    if (name && state !== 'not-installed' && state !== 'config-files')
      to.package({ name, version, architecture });
    fields = [];
  };
  eachLine(bytes, (from, until) => {
    if (from === until) end();
    // What goes on from the line above begins with a blank.
    else if (bytes[from] !== 0x20) {
      keys.forEach((key, field) => {
        fields[field] ??= fieldOf(bytes, from, until, key);
      });
    }
  });
  end();
}

/**
 * `info/NAME.list`: an absolute path a line, directories before what is in them. A system has a hundred thousand: most
 * bytes are looked at but once.
 */
export function reduceDpkgList(bytes: Buffer, to: RecordText): void {
  const { length } = bytes;
  let start = 0;
  let name = 0;
  // The line above, whose directory is written when it turns out to be none itself.
  let lastStart = 0;
  let lastName = 0;
  let lastEnd = 0;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at];
    if (byte === slash) name = at + 1;
    else if (byte === newLine) {
      if (!isBelow(bytes, start, at, lastStart, lastEnd)) to.pathIn(bytes, lastStart, lastName, lastEnd);
      lastStart = start;
      lastName = name;
      lastEnd = at;
      start = at + 1;
      name = start;
    }
  }
  to.pathIn(bytes, lastStart, lastName, lastEnd);
}

/** Whether a line goes on from another one with a slash: then the other one is a directory. */
function isBelow(bytes: Buffer, start: number, end: number, above: number, aboveEnd: number): boolean {
  const length = aboveEnd - above;
  if (end - start <= length || bytes[start + length] !== slash) return false;
  for (let at = length - 1; at >= 0; at--) if (bytes[start + at] !== bytes[above + at]) return false;
  return true;
}

/** `status.d/NAME.md5sums`: 32 digits, two blanks, a path from the root on. */
export function reduceDpkgSums(bytes: Buffer, to: RecordText): void {
  to.base = '/';
  eachLine(bytes, (from, until) => {
    const path = bytes.indexOf('  ', from) + 2;
    if (path > from + 2 && path < until) to.path(bytes, path, until);
  });
}
