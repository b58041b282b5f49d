/**
 * The part of the protobuf wire format that BuildKit's progress and session messages use
 * (https://protobuf.dev/programming-guides/encoding/): varints, and length-delimited strings, bytes and messages.
 */
export type Field =
  | { readonly number: number; readonly wire: 'varint'; readonly value: number }
  | { readonly number: number; readonly wire: 'bytes'; readonly value: Uint8Array };

/** The fields of a message in order; fixed-width ones are passed over. Throws a RangeError for a cut-off message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
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

  function take(length: number): Uint8Array {
    if (length < 0 || at + length > message.length) throw new RangeError('The protobuf message is cut off');
    at += length;
    return message.subarray(at - length, at);
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
      case 2:
        yield { number, wire: 'bytes', value: take(varint()) };
        break;
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

/**
 * A message of fields in the given order: a number is a varint, not negative and at most 2^53; text and bytes have their
 * length before them. Zero and empty ones are left out, as proto3 does.
 */
export function encodeFields(fields: readonly (readonly [number, string | number | Uint8Array])[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    if (typeof value === 'number') {
      if (value !== 0) parts.push(encodeVarint(number << 3), encodeVarint(value));
      continue;
    }
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    if (bytes.length > 0) parts.push(encodeVarint((number << 3) | 2), encodeVarint(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    // Bit operations would cut it to 32 bits.
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
