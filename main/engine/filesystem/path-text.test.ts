import { expect, it } from 'vitest';
import { pathOf, textOf } from './path-text.ts';
import { resolvePath } from './resolve-path.ts';
import { file, latin1 } from './testing/layer-of.ts';
import { merged } from './testing/merged.ts';

const fs = merged([file(latin1('/ü/<img onerror>\n')), file('/\xff/a')]);

it('shows names as they are, and what is no UTF-8 with replacement characters and the exact bytes beside', () => {
  expect(pathOf(fs, resolvePath(fs, '/ü/<img onerror>\n'))).toEqual({ path: '/ü/<img onerror>\n' });
  expect(pathOf(fs, resolvePath(fs, '/\ufffd/a'))).toEqual({
    path: '/\ufffd/a',
    pathBase64: Buffer.from([0x2f, 0xff, 0x2f, 0x61]).toString('base64'),
  });
});

it('keeps a byte order mark, as it is a part of the name', () => {
  expect(textOf(Buffer.from('\ufeffa'))).toBe('\ufeffa');
});
