import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('loads nothing of HTTP before an engine is asked for: it would cost every archive 15 MB and 40 ms', () => {
  const program = `
    const { createEngine } = await import('./main/engine/engine.ts');
    await createEngine({ version: '0', cacheStore: false }).close();
    console.log(process.moduleLoadList.filter((name) => /undici|NativeModule http2?$/.test(name)).join());
  `;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
  });
  expect(loaded.trim()).toBe('');
});
