import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { watchHighWater } from './high-water.ts';

test('the most a process had, also when it has given it back', async () => {
  const script = 'Buffer.alloc(2e8, 1); setTimeout(() => {}, 300)';
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  const watch = watchHighWater(child.pid!);
  await once(child, 'exit');
  const peak = watch.stop();
  if (existsSync('/proc/self/status')) expect(peak).toBeGreaterThan(2.3e8);
  else expect(peak).toBeNull();
});
