import { describe, expect, it } from 'vitest';
import { encodeStrings, fieldsOf, numberOf, textOf } from './protobuf.ts';

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

describe('encodeStrings', () => {
  it('writes what fieldsOf reads, and leaves empty fields out', () => {
    const long = 'é'.repeat(200);
    const fields = [...fieldsOf(encodeStrings({ 1: 'user', 2: long, 3: '' }))];
    expect(fields.map((field) => [field.number, textOf(field)])).toEqual([
      [1, 'user'],
      [2, long],
    ]);
  });
});
