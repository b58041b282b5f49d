/** A tar put together by hand, for what no library writes: wrong numbers, old formats, other checksums. */
export interface RawHeader {
  readonly name?: string;
  readonly type?: string;
  readonly size?: number;
  readonly link?: string;
  readonly prefix?: string;
  /** Default `ustar` NUL `00`; GNU's is `ustar  ` NUL; v7 has none. */
  readonly magic?: string;
  /** Bytes put over the block before the checksum is taken. */
  readonly patch?: readonly (readonly [offset: number, bytes: string | Uint8Array])[];
  /** Sums bytes as signed ones, as some historic writers did. */
  readonly signedChecksum?: boolean;
}

export const gnuMagic = 'ustar  \0';
export const v7Magic = '\0\0\0\0\0\0\0\0';

export function rawHeader(header: RawHeader): Buffer {
  const block = Buffer.alloc(512);
  block.write(header.name ?? '', 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${octal(header.size ?? 0, 11)}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(header.type ?? '0', 156, 'latin1');
  block.write(header.link ?? '', 157, 100);
  block.write(header.magic ?? 'ustar\x0000', 257, 'latin1');
  block.write(header.prefix ?? '', 345, 155);
  for (const [offset, bytes] of header.patch ?? []) {
    block.set(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, offset);
  }
  block.fill(' ', 148, 156);
  const bytes = header.signedChecksum ? new Int8Array(block.buffer, block.byteOffset, 512) : block;
  let sum = 0;
  for (const byte of bytes) sum += byte;
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** Content in whole blocks. */
export function padded(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** An entry with its content; the size is the content's unless the header says otherwise. */
export function rawEntry(header: RawHeader, content: string | Uint8Array = ''): Buffer {
  return Buffer.concat([rawHeader({ size: Buffer.from(content).length, ...header }), padded(content)]);
}

/** A PAX header of these records. */
export function paxEntry(records: readonly (readonly [string, string | Uint8Array])[], type = 'x'): Buffer {
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, Buffer.from(value))));
  return rawEntry({ name: 'PaxHeaders/x', type }, body);
}

function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

export const endMarker = Buffer.alloc(1024);

export function rawTar(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, endMarker]);
}

export function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** A number field in base-256: big-endian two's complement with the first bit set. */
export function base256(value: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let rest = BigInt.asUintN(length * 8, value);
  for (let at = length - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  bytes[0]! |= 0x80;
  return bytes;
}
