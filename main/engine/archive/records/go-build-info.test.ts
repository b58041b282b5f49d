import { describe, expect, it } from 'vitest';
import { type GoProgram, goProgram } from '../testing/go-program.ts';
import { GoInfoSearch, reduceGo } from './go-build-info.ts';
import { RecordText } from './record-text.ts';

/** What is recorded of a program whose bytes pass in pieces of that size. */
function recorded(file: Buffer, pieceSize = file.length): string {
  const search = new GoInfoSearch();
  for (let at = 0; at < file.length; at += pieceSize) {
    // What has passed is written over.
    const piece = Buffer.from(file.subarray(at, at + pieceSize));
    search.data(piece);
    piece.fill(0);
  }
  const info = search.end();
  const text = new RecordText();
  if (info) reduceGo(info, text);
  return Buffer.from(text.finish()).toString();
}

const lines = [
  'path\texample.org/tool/cmd/x',
  'mod\texample.org/tool\tv1.2.3\th1:abc=',
  'dep\texample.org/d\tv0.1.0',
];

describe('the build information of a program', () => {
  it.each<[string, Partial<GoProgram>, string]>([
    ['a module and its version', {}, 'pexample.org/tool\tv1.2.3\n'],
    ['of 32 bits', { is64: false }, 'pexample.org/tool\tv1.2.3\n'],
    ['of the other byte order', { isLittle: false }, 'pexample.org/tool\tv1.2.3\n'],
    ['of both', { is64: false, isLittle: false }, 'pexample.org/tool\tv1.2.3\n'],
    ['at the end of the file', { size: 82_400 }, 'pexample.org/tool\tv1.2.3\n'],
    ['of no version', { lines: ['path\ta/b', 'mod\ta\t(devel)\t'] }, 'pa\n'],
    ['a tool of Go itself', { lines: ['path\tcmd/go'], goVersion: 'go1.23' }, 'pcmd/go\t1.23\n'],
    ['of no lines', { lines: [] }, ''],
    ['of before Go 1.18', { pointers: true }, ''],
    ['where no address can be', { at: 81_928 }, ''],
  ])('%s', (_, more, expected) => {
    expect(recorded(goProgram({ lines, ...more }))).toBe(expected);
  });

  it('is found wherever the file is cut into pieces', () => {
    const many = Array.from({ length: 5000 }, (_, number) => `dep\texample.org/d${number}\tv0.1.0`);
    const file = goProgram({ lines: [...lines, ...many], size: 400_000 });
    for (const size of [5, 511, 4095, 4096, 4097, 20_483, 81_920, 81_925, 81_930, 81_960, 131_072]) {
      expect(recorded(file, size), `${size}`).toBe('pexample.org/tool\tv1.2.3\n');
    }
  });

  it('is no text that only looks like it, before or elsewhere', () => {
    const file = goProgram({ lines });
    file.write('\xff Go buildinf:\x08\x02', 40_000, 'latin1');
    // In the right segment, at no address where a linker puts it.
    file.write('\xff Go buildinf:\x08\x02', 78_008, 'latin1');
    file.write('\xff Go buildinf:\x08\x02', 81_912 - 16, 'latin1');
    expect(recorded(file)).toBe('pexample.org/tool\tv1.2.3\n');
  });

  it('harms nobody where it is damaged', () => {
    const sound = goProgram({ lines, size: 82_200 });
    for (let at = 0; at < 256; at++) {
      for (const from of [0, 81_920]) {
        const damaged = Buffer.from(sound);
        damaged[from + at] = 0xff;
        expect(recorded(damaged).length).toBeLessThan(100);
        expect(recorded(sound.subarray(0, from + at)).length).toBeLessThan(100);
      }
    }
  });
});
