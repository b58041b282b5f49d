import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledCodeFolder } from './compiled-code.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('where compiled code is kept', () => {
  it('makes folders that are for nobody else, the cache too', () => {
    const cache = join(folder, 'new', 'layerscope');
    const compiled = compiledCodeFolder(cache);
    expect(compiled).toBe(join(cache, 'compiled'));
    for (const each of [cache, compiled!]) expect(statSync(each).mode & 0o777).toBe(0o700);
  });

  it.each([0o770, 0o777])('takes no code from where others can write: %o', (mode) => {
    const cache = join(folder, 'layerscope');
    mkdirSync(join(cache, 'compiled'), { recursive: true, mode: 0o700 });
    expect(compiledCodeFolder(cache)).toBeDefined();
    for (const each of [cache, join(cache, 'compiled')]) {
      chmodSync(each, mode);
      expect(compiledCodeFolder(cache)).toBeUndefined();
      chmodSync(each, 0o700);
    }
  });

  it('does without where there can be no folder', () => {
    writeFileSync(join(folder, 'layerscope'), 'a file');
    expect(compiledCodeFolder(join(folder, 'layerscope'))).toBeUndefined();
  });
});
