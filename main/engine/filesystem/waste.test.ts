import { describe, expect, it } from 'vitest';
import { bytes, file, whiteout } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';
import { listWaste } from './waste.ts';

const fs = merged(
  [file('/b', bytes(10)), file('/a', bytes(10)), file('/big', bytes(50)), file('/empty')],
  [file('/b', bytes(10)), file('/a', bytes(3)), whiteout('/empty')],
  [whiteout('/big'), file('/a', bytes(2))],
);

describe('the list of waste', () => {
  it('has the largest first, then by path, with cause and layers; no empty files', () => {
    expect(listWaste(fs, 100)).toEqual({
      total: 4,
      totalBytes: 73,
      items: [
        { path: '/big', bytes: 50, cause: 'deleted', layer: 0, hiddenBy: 2 },
        { path: '/a', bytes: 10, cause: 'overwritten', layer: 0, hiddenBy: 1 },
        { path: '/b', bytes: 10, cause: 'copiedUp', layer: 0, hiddenBy: 1 },
        { path: '/a', bytes: 3, cause: 'overwritten', layer: 1, hiddenBy: 2 },
      ],
    });
  });

  it('counts what it cuts', () => {
    const cut = listWaste(fs, 1);
    expect(cut).toMatchObject({ total: 4, totalBytes: 73 });
    expect(cut.items.map(({ path }) => path)).toEqual(['/big']);
    expect(listWaste(fs, 0).items).toEqual([]);
  });

  it('gives the exact bytes of names that are no UTF-8', () => {
    const odd = merged([file('/\xff', bytes(1))], [whiteout('/\xff')]);
    expect(listWaste(odd, 1).items).toMatchObject([{ path: '/\ufffd', pathBase64: 'L/8=' }]);
  });
});
