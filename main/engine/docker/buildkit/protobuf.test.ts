import { describe, expect, it } from 'vitest';
import { bytesOf, encodeFields, fieldsOf, numberOf, textOf } from './protobuf.ts';

const read = (...bytes: number[]) => [...fieldsOf(Uint8Array.from(bytes))];

describe('fieldsOf', () => {
  it('reads varints of several bytes, and negative ones', () => {
    expect(read(0x08, 0x96, 0x01).map(numberOf)).toEqual([150]);
    expect(read(0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1).map(numberOf)).toEqual([-1]);
    expect(read(0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40).map(numberOf)).toEqual([2 ** 41]);
  });

  it('passes over fixed-width fields', () => {
    expect(read(0x0d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 104, 105).map(textOf)).toEqual([
      'hi',
    ]);
  });

  it('refuses a message that is cut off or of an unknown kind', () => {
    expect(() => read(0x0a, 5, 104)).toThrow(RangeError);
    expect(() => read(0x08, 0x80)).toThrow(RangeError);
    expect(() => read(0x08, ...new Array(11).fill(0x80))).toThrow(RangeError);
    expect(() => read(0x0b)).toThrow(RangeError);
    expect(() => read(0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1)).toThrow(RangeError);
  });
});

describe('encodeFields', () => {
  it('writes what fieldsOf reads, and leaves zero and empty fields out', () => {
    const long = 'é'.repeat(200);
    const bytes = Buffer.from([0, 255]);
    const message = encodeFields([
      [1, 'user'],
      [2, long],
      [3, ''],
      [4, 0],
      [5, 2 ** 40 + 1],
      [16, bytes],
      [17, new Uint8Array()],
    ]);
    const fields = [...fieldsOf(message)];
    expect(fields.map(({ number }) => number)).toEqual([1, 2, 5, 16]);
    expect(textOf(fields[0]!)).toBe('user');
    expect(textOf(fields[1]!)).toBe(long);
    expect(numberOf(fields[2]!)).toBe(2 ** 40 + 1);
    expect(Buffer.from(bytesOf(fields[3]!))).toEqual(bytes);
  });

  it('writes every number as protobuf does', () => {
    const bytes = (value: number | bigint) => [...encodeFields([[1, value]])].slice(1);
    expect(bytes(127)).toEqual([127]);
    expect(bytes(128)).toEqual([128, 1]);
    expect(bytes(2 ** 53 - 1)).toEqual([255, 255, 255, 255, 255, 255, 255, 15]);
    for (const value of [1n, 127n, 128n, 2n ** 49n - 1n, 2n ** 49n, 1_795_000_000_123_456_789n]) {
      let rest = value;
      const expected: number[] = [];
      for (; rest >= 128n; rest >>= 7n) expected.push(Number(rest & 127n) | 128);
      expect(bytes(value)).toEqual([...expected, Number(rest)]);
    }
    // A time before 1970, as int64 has it.
    expect(bytes(BigInt.asUintN(64, -1n))).toEqual([255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
    expect([...encodeFields([[1, 0n]])]).toEqual([]);
  });
});
