import { invalidTar, quoted, type TarSubject } from './tar-error.ts';

/** Records of a PAX extended header that say something about an entry here (POSIX pax, section "ustar Interchange"). */
export interface PaxHeader {
  path?: Uint8Array;
  linkPath?: Uint8Array;
  size?: number;
  uid?: number;
  gid?: number;
  /** ms since the epoch. */
  mtime?: number;
  /** `SCHILY.xattr.*` in canonical form: sorted `key=base64` lines. */
  xattrs?: string;
  sparse?: PaxSparse;
}

/** GNU tar's three ways of storing sparse files with PAX headers ("Storing Sparse Files" in its manual). */
export interface PaxSparse {
  name?: Uint8Array;
  logicalSize?: number;
  /** 0.0 and 0.1: offset, length, offset, length… 1.0 has the map before the content instead. */
  map?: number[];
  mapInContent: boolean;
}

const newline = 0x0a;
const blank = 0x20;
const equals = 0x3d;
const zero = 0x30;
const xattrPrefix = 'SCHILY.xattr.';

/** Parses records of the form `LENGTH KEY=VALUE\n`. An empty value takes the record back; of two the last wins. */
export function parsePax(bytes: Uint8Array, subject: TarSubject): PaxHeader {
  const header: PaxHeader = {};
  const xattrs = new Map<string, string>();
  let sparse:
    | { major?: string; minor?: string; name?: Uint8Array; size?: number; map?: number[] }
    | undefined;
  const pairs: number[] = [];

  let at = 0;
  while (at < bytes.length) {
    let length = 0;
    let cursor = at;
    for (; cursor < bytes.length && bytes[cursor] !== blank; cursor += 1) {
      const digit = bytes[cursor]! - zero;
      if (digit < 0 || digit > 9 || cursor - at > 9) throw invalidTar(subject, 'a PAX record has no length');
      length = length * 10 + digit;
    }
    const end = at + length;
    const equal = bytes.indexOf(equals, cursor + 1);
    if (
      end > bytes.length ||
      bytes[end - 1] !== newline ||
      equal < 0 ||
      equal >= end ||
      equal === cursor + 1
    ) {
      throw invalidTar(subject, 'a PAX record has a wrong length');
    }
    // Latin-1 keeps every byte apart; all keys that matter are ASCII.
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + cursor + 1, equal - cursor - 1).toString(
      'latin1',
    );
    record(key, bytes.subarray(equal + 1, end - 1));
    at = end;
  }

  if (sparse) {
    const mapInContent = sparse.major === '1' && (sparse.minor === '0' || sparse.minor === undefined);
    header.sparse = {
      name: sparse.name,
      logicalSize: sparse.size,
      map: mapInContent ? undefined : (sparse.map ?? pairs),
      mapInContent,
    };
  }
  if (xattrs.size > 0) {
    const lines = [...xattrs].map(([key, value]) => `${key}=${value}`);
    header.xattrs = lines.sort().join('\n');
  }
  return header;

  function record(key: string, value: Uint8Array): void {
    switch (key) {
      case 'path':
        header.path = text(key, value);
        return;
      case 'linkpath':
        header.linkPath = text(key, value);
        return;
      case 'size':
      case 'uid':
      case 'gid':
        header[key] = value.length === 0 ? undefined : integer(key, value);
        return;
      case 'mtime':
        header.mtime = value.length === 0 ? undefined : time(value);
        return;
    }
    if (key.startsWith(xattrPrefix)) {
      const name = escapeKey(key.slice(xattrPrefix.length));
      xattrs.set(name, Buffer.from(value).toString('base64'));
    } else if (key.startsWith('GNU.sparse.')) {
      sparse ??= {};
      sparseRecord(key.slice('GNU.sparse.'.length), value, sparse);
    }
  }

  function sparseRecord(key: string, value: Uint8Array, into: NonNullable<typeof sparse>): void {
    if (key === 'major' || key === 'minor') into[key] = ascii(value);
    else if (key === 'name') into.name = text(key, value);
    else if (key === 'size' || key === 'realsize') into.size = integer(key, value);
    else if (key === 'offset' || key === 'numbytes') pairs.push(integer(key, value));
    else if (key === 'map') {
      into.map =
        value.length === 0
          ? []
          : ascii(value)
              .split(',')
              .map((number) => decimal(key, number));
    }
  }

  function text(key: string, value: Uint8Array): Uint8Array | undefined {
    if (value.includes(0)) {
      throw invalidTar(subject, `the ${key} ${quoted(value)} of a PAX header contains a NUL`);
    }
    return value.length === 0 ? undefined : value;
  }

  function integer(key: string, value: Uint8Array): number {
    return decimal(key, ascii(value));
  }

  function decimal(key: string, value: string): number {
    const negativeToo = key === 'uid' || key === 'gid';
    if (!(negativeToo ? /^-?\d{1,16}$/ : /^\d{1,16}$/).test(value) || !Number.isSafeInteger(Number(value))) {
      throw invalidTar(subject, `${quoted(Buffer.from(value))} is no ${key} of a PAX header`);
    }
    return Number(value);
  }

  function time(value: Uint8Array): number {
    const seconds = ascii(value);
    if (!/^-?\d{1,15}(\.\d*)?$/.test(seconds)) {
      throw invalidTar(subject, `${quoted(value)} is no time of a PAX header`);
    }
    return Math.round(Number(seconds) * 1000);
  }
}

function ascii(value: Uint8Array): string {
  return Buffer.from(value).toString('latin1');
}

/** Attribute names may hold any byte but NUL; escaped, no name can pretend to be another line. */
function escapeKey(key: string): string {
  return key.replace(/[^!-$&-<>-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
