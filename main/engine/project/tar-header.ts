import type { ContextEntry, EntryType } from './context-entries.ts';

export const TAR_BLOCK = 512;

const TYPE_FLAG: Readonly<Record<EntryType, string>> = {
  file: '0',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

/** What a header says of an entry, beside its size. */
export type TarEntry = Pick<ContextEntry, 'path' | 'type' | 'mode' | 'mtime' | 'target' | 'device'>;

/**
 * The header blocks of one entry with owner 0:0 (POSIX ustar; a pax header before it for what does not fit). tar-stream
 * is not used to write: it turns mode 000 into 644, times after 2038 into negative ones, and gives headers of entries
 * without content no back-pressure.
 */
export function tarHeader(entry: TarEntry, size: number): Buffer {
  const records = paxRecords(entry, size);
  const header = ustar({ ...entry, size });
  if (records.length === 0) return header;
  const body = Buffer.from(records.join(''));
  return Buffer.concat([
    ustar({ path: 'PaxHeader', typeFlag: 'x', mode: 0o644, mtime: 0, size: body.length }),
    body,
    padding(body.length),
    header,
  ]);
}

/** Bytes of an entry in a tar: its headers, its content and what fills it up. */
export function tarBytesOf(entry: TarEntry, size: number): number {
  const records = paxRecords(entry, size);
  const pax = records.length === 0 ? 0 : TAR_BLOCK + blocks(Buffer.byteLength(records.join('')));
  return pax + TAR_BLOCK + blocks(size);
}

function blocks(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

/** What has no room in a ustar header. */
function paxRecords({ path, target = '', mtime }: TarEntry, size: number): string[] {
  const records: string[] = [];
  if (Buffer.byteLength(path) > 100 || !isAscii(path)) records.push(paxRecord('path', path));
  if (Buffer.byteLength(target) > 100 || !isAscii(target)) records.push(paxRecord('linkpath', target));
  if (size > 0o77777777777) records.push(paxRecord('size', String(size)));
  if (mtime < 0 || mtime > 0o77777777777) records.push(paxRecord('mtime', String(mtime)));
  return records;
}

/** Zeros up to the next block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
}

/** What ends an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK);

interface Ustar {
  readonly path: string;
  readonly type?: EntryType;
  readonly typeFlag?: string;
  readonly mode: number;
  readonly mtime: number;
  readonly size: number;
  readonly target?: string;
  readonly device?: number;
}

function ustar({ path, type, typeFlag, mode, mtime, size, target, device = 0 }: Ustar): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  block.write(path, 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(mtime, 136, 12);
  block.write(typeFlag ?? TYPE_FLAG[type ?? 'file'], 156);
  block.write(target ?? '', 157, 100);
  block.write('ustar\0' + '00', 257, 'latin1');
  // Linux's makedev: 12 bits of major above the low 8 of minor, the rest of minor above both.
  octal(Math.floor(device / 256) & 0xfff, 329, 8);
  octal((device & 0xff) | (Math.floor(device / 4096) & 0xfff00), 337, 8);
  block.write('        ', 148, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;

  /** What does not fit is in the pax header, which comes first. */
  function octal(value: number, at: number, length: number): void {
    const fits = value >= 0 && value < 8 ** (length - 1);
    block.write(`${(fits ? value : 0).toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  }
}

/** `LENGTH key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
