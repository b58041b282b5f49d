import { eachLine, fieldOf } from './each-line.ts';
import type { RecordText } from './record-text.ts';

const keys = ['Package:', 'Status:', 'Version:', 'Architecture:'].map((key) => Buffer.from(key)) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];
const here = Buffer.alloc(0);
const root = Buffer.from('/');

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

/** `info/NAME.list`: an absolute path a line, directories before what is in them. */
export function reduceDpkgList(bytes: Buffer, to: RecordText): void {
  let start = 0;
  let end = 0;
  eachLine(bytes, (from, until) => {
    // The line above was a directory where this one goes on from it.
    const isBelow = until > end - start + from && bytes[from + end - start] === 0x2f;
    const wasDirectory = isBelow && bytes.compare(bytes, start, end, from, from + end - start) === 0;
    if (!wasDirectory) to.path(here, bytes, start, end);
    start = from;
    end = until;
  });
  to.path(here, bytes, start, end);
}

/** `status.d/NAME.md5sums`: 32 digits, two blanks, a path from the root on. */
export function reduceDpkgSums(bytes: Buffer, to: RecordText): void {
  eachLine(bytes, (from, until) => {
    const path = bytes.indexOf('  ', from) + 2;
    if (path > from + 2 && path < until) to.path(root, bytes, path, until);
  });
}
