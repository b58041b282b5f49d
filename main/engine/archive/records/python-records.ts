import { eachLine, fieldOf } from './each-line.ts';
import type { RecordText } from './record-text.ts';

const nameKey = Buffer.from('Name:');
const versionKey = Buffer.from('Version:');
const quote = 0x22;
const comma = 0x2c;

/** The headers of METADATA and PKG-INFO (packaging.python.org, "Core metadata specifications"), up to the empty line. */
export function reducePythonMetadata(bytes: Buffer, to: RecordText): void {
  let name: string | undefined;
  let version: string | undefined;
  eachLine(bytes, (start, end) => {
    if (start === end) return true;
    name ??= fieldOf(bytes, start, end, nameKey);
    version ??= fieldOf(bytes, start, end, versionKey);
    return name !== undefined && version !== undefined;
  });
  if (name) to.package({ name, version });
}

/** RECORD: a table of path, hash and size with commas between them; paths begin where the `.dist-info` folder lies. */
export function reducePythonRecord(bytes: Buffer, to: RecordText): void {
  to.base = '../';
  eachLine(bytes, (start, end) => {
    if (bytes[start] === quote) {
      const close = endOfQuoted(bytes, start, end);
      const path = Buffer.from(bytes.toString('latin1', start + 1, close).replaceAll('""', '"'), 'latin1');
      to.path(path, 0, path.length);
      return;
    }
    const found = bytes.indexOf(comma, start);
    to.path(bytes, start, found < 0 ? end : Math.min(found, end));
  });
}

function endOfQuoted(bytes: Buffer, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] !== quote) continue;
    if (bytes[at + 1] !== quote) return at;
    at++;
  }
  return end;
}

/** `installed-files.txt`: a path a line, from the `.egg-info` folder on. */
export function reduceInstalledFiles(bytes: Buffer, to: RecordText): void {
  eachLine(bytes, (start, end) => to.path(bytes, start, end));
}

/** `top_level.txt`: the modules that can be imported, each a folder or a file beside the `.egg-info` folder. */
export function reduceTopLevel(bytes: Buffer, to: RecordText): void {
  to.base = '../';
  eachLine(bytes, (start, end) => {
    const module = bytes.toString('utf8', start, end).trim();
    if (!/^\w+(\/\w+)*$/.test(module)) return;
    to.tree(`../${module}`);
    const file = Buffer.from(`${module}.py`);
    to.path(file, 0, file.length);
  });
}
