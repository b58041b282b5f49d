/**
 * The part of the protobuf wire format that BuildKit's progress and session messages use
 * (https://protobuf.dev/programming-guides/encoding/): varints, and length-delimited strings, bytes and messages.
 */
export type Field =
  | { readonly number: number; readonly wire: 'varint'; readonly value: number }
  | {
      readonly number: number;
      readonly wire: 'bytes';
      readonly value: Uint8Array;
      /** Bytes of all of it. */
      readonly length: number;
    };

/**
 * The fields of a message in order; fixed-width ones are passed over. Throws a RangeError for a cut-off message.
 *
 * @param length bytes of the message, where `message` is only its beginning: the last field may then have only some of
 *   its bytes
 */
export function* fieldsOf(message: Uint8Array, length = message.length): Generator<Field> {
  let at = 0;

  function varint(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('The protobuf message is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      // Sizes and times stay far below 2^53; a negative int64 comes out negative.
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw new RangeError('The protobuf message has a number of more than ten bytes');
  }

  function take(size: number): Uint8Array {
    if (size < 0 || at + size > length) throw new RangeError('The protobuf message is cut off');
    at += size;
    return message.subarray(at - size, at);
  }

  while (at < message.length) {
    const key = varint();
    const number = key >>> 3;
    switch (key & 7) {
      case 0:
        yield { number, wire: 'varint', value: varint() };
        break;
      case 1:
        take(8);
        break;
      case 2: {
        const size = varint();
        yield { number, wire: 'bytes', value: take(size), length: size };
        break;
      }
      case 5:
        take(4);
        break;
      default:
        throw new RangeError('The protobuf message has a field of an unknown kind');
    }
  }
}

const decoder = new TextDecoder();

export function textOf(field: Field): string {
  return field.wire === 'bytes' ? decoder.decode(field.value) : '';
}

export function numberOf(field: Field): number {
  return field.wire === 'varint' ? field.value : 0;
}

export function bytesOf(field: Field): Uint8Array {
  return field.wire === 'bytes' ? field.value : new Uint8Array();
}

/** What a field is encoded from: a number or a bigint is a varint, and not negative; text and bytes have their length before them. */
export type FieldValue = number | bigint | string | Uint8Array;

/** A message of fields in the given order. Zero and empty ones are left out, as proto3 does. Numbers are at most 2^53. */
export function encodeFields(fields: readonly (readonly [number, FieldValue])[]): Buffer {
  let size = 0;
  for (const [number, value] of fields) size += fieldSize(number, value);
  const message = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [number, value] of fields) at = writeField(message, at, number, value);
  return message;
}

function fieldSize(number: number, value: FieldValue): number {
  if (typeof value === 'bigint') return value === 0n ? 0 : varintSize(number << 3) + bigVarintSize(value);
  if (typeof value === 'number') return value === 0 ? 0 : varintSize(number << 3) + varintSize(value);
  const length = lengthOf(value);
  return length === 0 ? 0 : varintSize(number << 3) + varintSize(length) + length;
}

function writeField(message: Buffer, at: number, number: number, value: FieldValue): number {
  if (typeof value === 'bigint') {
    return value === 0n ? at : writeBigVarint(message, writeVarint(message, at, number << 3), value);
  }
  if (typeof value === 'number') {
    return value === 0 ? at : writeVarint(message, writeVarint(message, at, number << 3), value);
  }
  const length = lengthOf(value);
  if (length === 0) return at;
  const from = writeVarint(message, writeVarint(message, at, (number << 3) | 2), length);
  if (typeof value === 'string') message.write(value, from);
  else message.set(value, from);
  return from + length;
}

function lengthOf(value: string | Uint8Array): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

function writeVarint(message: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    // Bit operations would cut it to 32 bits.
    message[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  message[at++] = rest;
  return at;
}

/** Seven bytes of a varint. */
const lowBits = 49n;

function bigVarintSize(value: bigint): number {
  const high = Number(value >> lowBits);
  return high === 0 ? varintSize(Number(value)) : 7 + varintSize(high);
}

function writeBigVarint(message: Buffer, start: number, value: bigint): number {
  const high = Number(value >> lowBits);
  if (high === 0) return writeVarint(message, start, Number(value));
  let rest = Number(BigInt.asUintN(Number(lowBits), value));
  for (let at = start; at < start + 7; at++) {
    message[at] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  return writeVarint(message, start + 7, high);
}
